/** What is wrong with a template, as text/template says it: `template: :1: unclosed action`. */
export class TemplateError {
  readonly message: string;
  constructor(message: string) {
    this.message = message;
  }
}
