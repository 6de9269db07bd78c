import { type JsonScalar, JsonWriter } from './json.ts';

/**
 * Prints one thing two ways: as text for people, or with `-j` as JSON (lib/json_print.c). Each call gives both forms; the one in
 * use is taken.
 */
export class Printer {
  /** Whether JSON is being written. */
  readonly json: boolean;
  readonly #sink: (text: string) => void;
  readonly #writer: JsonWriter;
  readonly #newline: string;

  constructor(sink: (text: string) => void, options: { readonly json: boolean; readonly pretty: boolean; readonly oneline: boolean }) {
    this.#sink = sink;
    this.json = options.json;
    this.#newline = options.oneline ? '\\' : '\n';
    this.#writer = new JsonWriter(sink, options.pretty);
  }

  /** Text only. */
  text(text: string): void {
    if (!this.json) this.#sink(text);
  }

  /** Where a record goes on on its next line: a backslash with -o. */
  newline(): void {
    this.text(this.#newline);
  }

  /** JSON only. */
  member(key: string | undefined, value: JsonScalar): void {
    if (!this.json) return;
    if (key !== undefined) this.#writer.name(key);
    this.#writer.value(value);
  }

  /** A value in both forms; in JSON a member, or an element of the open array where `key` is undefined. */
  both(key: string | undefined, value: JsonScalar, text: string): void {
    if (this.json) this.member(key, value);
    else this.#sink(text);
  }

  openObject(key?: string): void {
    if (!this.json) return;
    if (key !== undefined) this.#writer.name(key);
    this.#writer.startObject();
  }

  closeObject(): void {
    if (this.json) this.#writer.endObject();
  }

  openArray(key: string | undefined, text = ''): void {
    if (!this.json) {
      this.#sink(text);
      return;
    }
    if (key !== undefined) this.#writer.name(key);
    this.#writer.startArray();
  }

  closeArray(text = ''): void {
    if (this.json) this.#writer.endArray();
    else this.#sink(text);
  }

  /** Around everything a command prints: in JSON one array. */
  begin(): void {
    if (this.json) this.#writer.startArray();
  }

  end(): void {
    if (!this.json) return;
    this.#writer.endArray();
    this.#sink('\n');
  }
}
