/** docker compose gives up: what it says, and its status (compose v2's failure categories: 14 no file, 15 a file that is wrong, 1 all else). */
export class ComposeError {
  readonly message: string;
  readonly status: number;

  constructor(message: string, status = 15) {
    this.message = message;
    this.status = status;
  }
}
