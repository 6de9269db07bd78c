import { compilePattern, patternBody, toRegExp } from './pattern.ts';

/** ${x#p} ${x##p} ${x%p} ${x%%p} */
export function removeAffix(text: string, pattern: string, operator: '#' | '##' | '%' | '%%', extglob: boolean): string {
  if (operator === '#' || operator === '##') {
    const match = toRegExp(`^(?:${patternBody(pattern, { extglob, lazy: operator === '#' })})`, 'su').exec(text);
    return match === null ? text : text.slice(match[0].length);
  }
  // The shortest suffix is what the longest possible rest leaves.
  const match = toRegExp(`^([^]*${operator === '%' ? '' : '?'})(?:${patternBody(pattern, { extglob })})$`, 'su').exec(text);
  return match === null ? text : (match[1] as string);
}

/** ${x/p/r} ${x//p/r} ${x/#p/r} ${x/%p/r}; in the replacement & is what matched and \& is an ampersand. */
export function replacePattern(
  text: string,
  pattern: string,
  operator: '/' | '//' | '/#' | '/%',
  replacement: string,
  options: { readonly extglob: boolean; readonly ignoreCase: boolean },
): string {
  if (pattern === '' && (operator === '/' || operator === '//')) return text;
  const flags = `su${operator === '//' ? 'g' : ''}${options.ignoreCase ? 'i' : ''}`;
  const body = patternBody(pattern, options);
  const regExp = toRegExp(operator === '/#' ? `^(?:${body})` : operator === '/%' ? `(?:${body})$` : body, flags);
  const insert = (matched: string): string => replacement.replace(/\\([\\&])|&/g, (_, escaped: string | undefined) => escaped ?? matched);
  return text.replace(regExp, (matched) => (matched === '' && operator === '//' && text !== '' ? '' : insert(matched)));
}

/** ${x^} ${x^^} ${x,} ${x,,} */
export function changeCase(text: string, pattern: string, operator: '^' | '^^' | ',' | ',,', extglob: boolean): string {
  const regExp = compilePattern(pattern, { extglob });
  const change = (c: string): string => (!regExp.test(c) ? c : operator.startsWith('^') ? c.toUpperCase() : c.toLowerCase());
  const points = [...text];
  if (operator.length === 1) return points.length === 0 ? '' : change(points[0] as string) + points.slice(1).join('');
  return points.map(change).join('');
}

/** ${x:offset:length}; undefined when the end lies before the start. */
export function slice(text: string, offset: number, length: number | undefined): string | undefined {
  const points = /[\ud800-\udfff]/.test(text) ? [...text] : text;
  const from = offset < 0 ? points.length + offset : offset;
  if (from < 0 || from > points.length) return '';
  const to = length === undefined ? points.length : length < 0 ? points.length + length : from + length;
  if (to < from) return undefined;
  return typeof points === 'string' ? points.slice(from, to) : points.slice(from, to).join('');
}

/** ${@:offset:length} and ${a[@]:offset:length}: by index, not by count, for sparse arrays. */
export function sliceList(
  entries: readonly (readonly [string, string])[],
  offset: number,
  length: number | undefined,
  positional: boolean,
): string[] {
  const last = positional ? entries.length - 1 : Number(entries.at(-1)?.[0] ?? -1);
  const from = offset < 0 ? last + 1 + offset : offset;
  if (from < 0) return [];
  const items = entries.filter(([key]) => Number(key) >= from).map(([, value]) => value);
  return length === undefined ? items : items.slice(0, length);
}
