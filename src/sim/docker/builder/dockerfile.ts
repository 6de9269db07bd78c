// A Dockerfile's lines (buildkit's frontend/dockerfile/parser of Docker 20.10, which has no heredocs). Written by hand: its rules are few,
// line by line, and its messages name what the rules found.

/** The parser refuses the whole file: `failed to parse NAME: …`. */
export class DockerfileError {
  readonly message: string;

  constructor(message: string) {
    this.message = message;
  }
}

/** One instruction as it stands in the file. */
export interface DockerfileNode {
  /** In capitals. */
  readonly name: string;
  /** As typed, continuation lines joined. */
  readonly original: string;
  /** From 1. */
  readonly line: number;
  /** `--NAME[=VALUE]` before the arguments. */
  readonly flags: readonly string[];
  /** Words; of ENV, LABEL: name and value in turn; of what takes a string: that string alone. */
  readonly args: readonly string[];
  /** The arguments were a JSON array. */
  readonly json: boolean;
  /** Of ONBUILD. */
  readonly sub?: DockerfileNode | undefined;
}

export interface Dockerfile {
  readonly nodes: readonly DockerfileNode[];
  readonly escapeToken: string;
  readonly warnings: readonly string[];
}

const NOT_STRINGS = 'when using JSON array syntax, arrays must be comprised of strings only';
const SPACE = /[\t\v\f\r ]+/;

/** Takes a Dockerfile apart; throws {@link DockerfileError}. */
export function parseDockerfile(source: string): Dockerfile {
  const lines = source.replace(/^\uFEFF/, '').split('\n');
  if (lines.at(-1) === '') lines.pop();
  const escapeToken = escapeOf(lines);
  const nodes: DockerfileNode[] = [];
  const warnings: string[] = [];
  const continues = new RegExp(`${escapeToken === '\\' ? '\\\\' : escapeToken}[ \\t]*$`);
  for (let i = 0; i < lines.length; i++) {
    const start = i + 1;
    let line = withoutComment((lines[i] as string).replace(/\r$/, '').trimStart());
    let more = continues.test(line);
    line = line.replace(continues, '');
    if (!more && line === '') continue;
    let emptyContinuation = false;
    while (more && i + 1 < lines.length) {
      const next = (lines[++i] as string).replace(/\r$/, '');
      if (/^\s*#/.test(next)) continue;
      if (next.trim() === '') {
        emptyContinuation = true;
        continue;
      }
      more = continues.test(next);
      line += next.replace(continues, '');
    }
    if (emptyContinuation) warnings.push(`[WARNING]: Empty continuation line found in:\n    ${line}`);
    nodes.push(parseLine(line, start, escapeToken));
  }
  if (warnings.length > 0) warnings.push('[WARNING]: Empty continuation lines will become errors in a future release.');
  if (nodes.length === 0) throw new DockerfileError('file with no instructions');
  return { nodes, escapeToken, warnings };
}

const withoutComment = (line: string): string => (line.startsWith('#') ? '' : line);

/** `# escape=` among the directives of the first lines. */
function escapeOf(lines: readonly string[]): string {
  for (const line of lines) {
    const directive = /^#\s*([a-zA-Z][a-zA-Z0-9]*)\s*=\s*(.+?)\s*$/.exec(line);
    if (directive === null) break;
    if (directive[1]?.toLowerCase() !== 'escape') continue;
    const token = directive[2] as string;
    if (token !== '`' && token !== '\\') throw new DockerfileError(`invalid escape token '${token}' does not match \` or \\`);
    return token;
  }
  return '\\';
}

/** One instruction. */
export function parseLine(line: string, number: number, escapeToken: string): DockerfileNode {
  const original = line.trim();
  const [, word = '', after = ''] = /^(\S+)\s*(.*)$/s.exec(original) ?? [];
  const name = word.toUpperCase();
  const { flags, rest } = takeFlags(after.trim(), escapeToken);
  const node = { name, original, line: number, flags };
  switch (name) {
    case 'ONBUILD':
      return rest === ''
        ? { ...node, args: [], json: false }
        : { ...node, args: [rest], json: false, sub: parseLine(rest, number, escapeToken) };
    case 'ADD':
    case 'COPY':
    case 'VOLUME':
      return { ...node, ...(jsonArray(rest) ?? { args: split(rest), json: false }) };
    case 'CMD':
    case 'ENTRYPOINT':
    case 'RUN':
    case 'SHELL':
      return { ...node, ...jsonOrString(rest) };
    case 'HEALTHCHECK': {
      const [, type = '', command = ''] = /^(\S*)\s*(.*)$/s.exec(rest) ?? [];
      if (rest === '') return { ...node, args: [], json: false };
      const { args, json } = jsonOrString(command);
      return { ...node, args: [type.toUpperCase(), ...args], json };
    }
    case 'ENV':
    case 'LABEL':
      return { ...node, args: nameValues(rest, name, escapeToken), json: false };
    case 'ARG':
      return { ...node, args: words(rest, escapeToken), json: false };
    case 'EXPOSE':
    case 'FROM':
      return { ...node, args: split(rest), json: false };
    default:
      return { ...node, args: rest === '' ? [] : [rest], json: false };
  }
}

const split = (rest: string): string[] => (rest === '' ? [] : rest.split(SPACE));

function jsonOrString(rest: string): { readonly args: readonly string[]; readonly json: boolean } {
  return jsonArray(rest) ?? { args: rest === '' ? [] : [rest], json: false };
}

/** A JSON array of strings; undefined for what is none and so is taken as it stands. */
function jsonArray(rest: string): { readonly args: readonly string[]; readonly json: true } | undefined {
  if (!rest.startsWith('[')) return undefined;
  // What follows the array is not looked at (json.Decoder).
  let value: unknown;
  for (let end = rest.indexOf(']'); end >= 0 && value === undefined; end = rest.indexOf(']', end + 1)) {
    try {
      value = JSON.parse(rest.slice(0, end + 1));
    } catch {
      // The bracket was inside a string, or this is no JSON.
    }
  }
  if (!Array.isArray(value)) return undefined;
  if (value.some((element) => typeof element !== 'string')) throw new DockerfileError(NOT_STRINGS);
  return { args: value as string[], json: true };
}

/** `NAME=VALUE …`, or `NAME VALUE` with all that follows. */
function nameValues(rest: string, name: string, escapeToken: string): string[] {
  const found = words(rest, escapeToken);
  const first = found[0];
  if (first === undefined) return [];
  if (!first.includes('=')) {
    const [, key = '', value] = /^(\S+)\s+(.*)$/s.exec(rest) ?? [];
    if (value === undefined) throw new DockerfileError(`${name} must have two arguments`);
    return [key, value];
  }
  return found.flatMap((word) => {
    const equals = word.indexOf('=');
    if (equals < 0) throw new DockerfileError(`Syntax error - can't find = in ${JSON.stringify(word)}. Must be of the form: name=value`);
    return [word.slice(0, equals), word.slice(equals + 1)];
  });
}

/** Splits at blanks outside quotes; quotes and escapes stay (parseWords). */
function words(rest: string, escapeToken: string): string[] {
  const out: string[] = [];
  let word = '';
  let quote = '';
  for (let i = 0; i < rest.length; i++) {
    const c = rest[i] as string;
    if (quote === '' && /\s/.test(c)) {
      if (word !== '') out.push(word);
      word = '';
      continue;
    }
    word += c;
    if (c === escapeToken && quote !== "'") {
      if (i + 1 < rest.length) word += rest[++i];
    } else if (quote === '' && (c === '"' || c === "'")) quote = c;
    else if (c === quote) quote = '';
  }
  if (word !== '') out.push(word);
  return out;
}

/** Flags before the arguments (extractBuilderFlags); `--` alone ends them. */
function takeFlags(text: string, escapeToken: string): { readonly flags: readonly string[]; readonly rest: string } {
  const flags: string[] = [];
  let rest = text;
  while (rest.startsWith('--')) {
    const [word = ''] = words(rest, escapeToken);
    rest = rest.slice(word.length).trimStart();
    if (word === '--') break;
    flags.push(unquote(word, escapeToken));
  }
  return { flags, rest };
}

function unquote(word: string, escapeToken: string): string {
  let out = '';
  let quote = '';
  for (let i = 0; i < word.length; i++) {
    const c = word[i] as string;
    if (c === escapeToken && quote !== "'" && i + 1 < word.length) out += word[++i];
    else if (quote === '' && (c === '"' || c === "'")) quote = c;
    else if (c === quote) quote = '';
    else out += c;
  }
  return out;
}
