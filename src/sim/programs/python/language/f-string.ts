/** A field of an f-string, as written: `{name!r:>8}`. */
export interface FormatField {
  readonly source: string;
  readonly conversion: string;
  readonly spec: string;
}

/** Texts and fields of an f-string in turn; or what is wrong with it. */
export function splitFormat(text: string): (string | FormatField)[] | string {
  const parts: (string | FormatField)[] = [];
  let plain = '';
  for (let at = 0; at < text.length; at++) {
    const c = text[at] as string;
    if ((c === '{' || c === '}') && text[at + 1] === c) {
      plain += c;
      at++;
    } else if (c === '{') {
      const end = text.indexOf('}', at);
      if (end < 0) return "expecting '}'";
      const [, source = '', conversion = '', spec = ''] = /^(.*?)(?:!([rsa]))?(?::([^\]]*))?$/s.exec(text.slice(at + 1, end)) ?? [];
      if (source.trim() === '') return 'empty expression not allowed';
      parts.push(plain, { source, conversion, spec });
      plain = '';
      at = end;
    } else if (c === '}') return "single '}' is not allowed";
    else plain += c;
  }
  return [...parts, plain];
}
