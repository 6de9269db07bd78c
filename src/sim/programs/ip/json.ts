/** A number that is written as it is said, with its zeros behind the point. */
export class Fixed {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
  toString(): string {
    return this.text;
  }
}

export type JsonScalar = string | number | boolean | null | Fixed;

/**
 * Writes JSON as iproute2 lays it out (lib/json_writer.c): on one line without blanks, or `pretty` with every object's members on
 * lines of their own and arrays kept on one.
 */
export class JsonWriter {
  readonly #sink: (text: string) => void;
  readonly #pretty: boolean;
  #depth = 0;
  #separator = '';

  constructor(sink: (text: string) => void, pretty: boolean) {
    this.#sink = sink;
    this.#pretty = pretty;
  }

  name(key: string): void {
    this.#separate();
    this.#endLine();
    this.#separator = '';
    this.#sink(`${quote(key)}:${this.#pretty ? ' ' : ''}`);
  }

  value(value: JsonScalar): void {
    this.#separate();
    this.#sink(typeof value === 'string' ? quote(value) : String(value));
  }

  startObject(): void {
    this.#start('{');
  }

  endObject(): void {
    this.#end('}');
  }

  startArray(): void {
    this.#start('[');
    if (this.#pretty) this.#sink(' ');
  }

  endArray(): void {
    if (this.#pretty && this.#separator !== '') this.#sink(' ');
    this.#separator = '';
    this.#end(']');
  }

  #start(bracket: string): void {
    this.#separate();
    this.#sink(bracket);
    this.#depth++;
    this.#separator = '';
  }

  #end(bracket: string): void {
    this.#depth--;
    if (this.#separator !== '') this.#endLine();
    this.#sink(bracket);
    this.#separator = ',';
  }

  #separate(): void {
    if (this.#separator !== '') this.#sink(this.#separator);
    this.#separator = ',';
  }

  #endLine(): void {
    if (this.#pretty) this.#sink(`\n${'    '.repeat(this.#depth)}`);
  }
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\f': '\\f',
  '\b': '\\b',
  '\\': '\\\\',
  '"': '\\"',
};

function quote(text: string): string {
  return `"${text.replace(/[\t\n\r\f\b\\"]/g, (c) => ESCAPES[c] as string)}"`;
}
