/** The lines of one command as a single line of the history (cmdhist): joined by `; ` where that means the same. */
export function joinLines(lines: readonly string[]): string {
  let out = lines[0] ?? '';
  let hereDocument = /<<-?\s*['"\\]?\w/.test(out);
  for (const line of lines.slice(1)) {
    if (hereDocument || openQuote(out)) out += `\n${line}`;
    else if (/(?:^|[^\\])(?:\\\\)*\\$/.test(out)) out = out.slice(0, -1) + line;
    else if (/(?:^|[\s;&|(])(?:then|do|else|elif|in|\{|\(|&&|\|\||\|)\s*$|[;&|({]\s*$|\(\)\s*$/.test(out) || out.trim() === '')
      out += ` ${line}`;
    else out += `; ${line}`;
    hereDocument ||= /<<-?\s*['"\\]?\w/.test(line);
  }
  return out;
}

function openQuote(text: string): boolean {
  let quote = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (c === '\\' && quote !== "'") i++;
    else if (quote !== '') {
      if (c === quote) quote = '';
    } else if (c === "'" || c === '"') quote = c;
  }
  return quote !== '';
}
