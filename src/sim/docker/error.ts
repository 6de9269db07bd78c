/**
 * What the daemon answers instead of a result: an HTTP status and a message, which the client prints behind
 * `Error response from daemon:`. Thrown inside the engine, caught where a client called it.
 */
export class DockerError {
  readonly status: number;
  readonly message: string;

  constructor(status: number, message: string) {
    this.status = status;
    this.message = message;
  }
}

export const notFound = (message: string): DockerError => new DockerError(404, message);
export const conflict = (message: string): DockerError => new DockerError(409, message);
export const invalid = (message: string): DockerError => new DockerError(400, message);
export const forbidden = (message: string): DockerError => new DockerError(403, message);
export const failed = (message: string): DockerError => new DockerError(500, message);
