import type { History } from './history.ts';

/** A line with its ! references put in; `shown` tells that it changed and is to be printed. */
export type Expanded = { readonly text: string; readonly changed: boolean; readonly printOnly: boolean } | { readonly error: string };

/** !!, !n, !-n, !text, !?text?, ^a^b, with words (:0 $ ^ *) and modifiers (:h :t :r :e :s :p), as bash does before anything else. */
export function expandHistory(line: string, history: History): Expanded {
  if (!/[!^]/.test(line)) return { text: line, changed: false, printOnly: false };
  const quick = /^\^([^^]*)\^([^^]*)\^?(.*)$/s.exec(line);
  if (quick !== null) {
    const last = history.lines.at(-1);
    const [, from = '', to = '', rest = ''] = quick;
    if (last === undefined || !last.includes(from)) return { error: `:s${line}: substitution failed` };
    return { text: last.replace(from, () => to) + rest, changed: true, printOnly: false };
  }
  let out = '';
  let changed = false;
  let printOnly = false;
  let quote = '';
  for (let i = 0; i < line.length; ) {
    const c = line[i] as string;
    if (c === '\\' && quote !== "'") {
      out += line.slice(i, i + 2);
      i += 2;
      continue;
    }
    if (c === "'" && quote !== '"') quote = quote === '' ? "'" : '';
    else if (c === '"' && quote !== "'") quote = quote === '' ? '"' : '';
    const next = line[i + 1];
    const special = c === '!' && quote !== "'" && next !== undefined && !/[\s=(]/.test(next) && !(quote === '"' && next === '"');
    // $! and ${!x} are the shell's.
    if (!special || out.endsWith('$') || out.endsWith('${') || out.endsWith('[')) {
      out += c;
      i++;
      continue;
    }
    const event = readEvent(line, i, history, out);
    if ('error' in event) return event;
    out += event.text;
    changed = true;
    printOnly ||= event.printOnly;
    i = event.end;
  }
  return { text: out, changed, printOnly };
}

interface Reference {
  readonly text: string;
  readonly end: number;
  readonly printOnly: boolean;
}

function readEvent(line: string, start: number, history: History, before: string): Reference | { readonly error: string } {
  const rest = line.slice(start + 1);
  let match = /^(!|-?\d+|#)/.exec(rest) ?? /^\?([^?\n]+)\??/.exec(rest);
  let event: string | undefined;
  let length: number;
  if (match !== null) {
    length = match[0].length;
    if (match[0] === '!') event = history.lines.at(-1);
    else if (match[0] === '#') event = before;
    else if (match[1] !== undefined && match[0].startsWith('?')) {
      const part = match[1];
      event = history.lines.findLast((l) => l.includes(part));
    } else event = history.get(Number(match[0]));
  } else if (/^[$^*:]/.test(rest)) {
    length = 0;
    event = history.lines.at(-1);
  } else {
    match = /^[^\s:;&|()<>"']+/.exec(rest);
    const prefix = match?.[0] ?? '';
    length = prefix.length;
    event = history.lines.findLast((l) => l.startsWith(prefix));
  }
  const name = `!${rest.slice(0, Math.max(length, 1))}`;
  if (event === undefined) return { error: `${name}: event not found` };
  return designate(event, rest, length, start, name);
}

/** Applies word designators and modifiers that follow an event. */
function designate(event: string, rest: string, from: number, start: number, name: string): Reference | { readonly error: string } {
  let at = from;
  let text = event;
  let printOnly = false;
  const words = event.match(/(?:[^\s"'\\]|\\.|"(?:[^"\\]|\\.)*"|'[^']*')+/g) ?? [];
  const designator = /^:?([$^*]|\d+-\d+|\d+-\$?|\d+\*?)/.exec(rest.slice(at));
  if (designator !== null && (designator[0].startsWith(':') || /^[$^*]/.test(designator[0]))) {
    at += designator[0].length;
    const which = designator[1] as string;
    const range = /^(\d+)(?:-(\d+|\$)?|(\*))?$/.exec(which);
    let picked: string[];
    if (which === '$') picked = words.slice(-1);
    else if (which === '^') picked = words.slice(1, 2);
    else if (which === '*') picked = words.slice(1);
    else {
      const first = Number(range?.[1] ?? 0);
      const last =
        range?.[3] !== undefined
          ? words.length - 1
          : !which.includes('-')
            ? first
            : range?.[2] === '$'
              ? words.length - 1
              : range?.[2] === undefined
                ? words.length - 2
                : Number(range[2]);
      if (first >= words.length || last >= words.length) return { error: `${name}${designator[0]}: bad word specifier` };
      picked = words.slice(first, last + 1);
    }
    text = picked.join(' ');
  }
  for (;;) {
    const modifier = /^:(?:(g)?s\/([^/]*)\/([^/]*)\/?|([htrepqx]))/.exec(rest.slice(at));
    if (modifier === null) break;
    at += modifier[0].length;
    switch (modifier[4]) {
      case 'h':
        text = text.replace(/\/[^/]*$/, '');
        break;
      case 't':
        text = text.replace(/^.*\//, '');
        break;
      case 'r':
        text = text.replace(/\.[^./]*$/, '');
        break;
      case 'e':
        text = /\.[^./]*$/.exec(text)?.[0] ?? '';
        break;
      case 'p':
        printOnly = true;
        break;
      case undefined: {
        const [, all, a = '', b = ''] = modifier;
        if (!text.includes(a)) return { error: `${modifier[0]}: substitution failed` };
        text = all === 'g' ? text.replaceAll(a, () => b) : text.replace(a, () => b);
      }
    }
  }
  return { text, end: start + 1 + at, printOnly };
}
