/** A file's name as ls on a terminal and coreutils' messages quote it: as it is where a shell would take it so. */
export function shellQuoteIfNeeded(name: string): string {
  if (name !== '' && !/[^-\w.,/+@%:=^{}~#\u00a0-\u{10ffff}]/u.test(name) && !/^[~#=]/.test(name) && !/^[{}]$/.test(name)) return name;
  return shellQuote(name);
}

/** Always in quotes, as in `cannot remove 'x'`. */
export function shellQuote(name: string): string {
  if (/[\x00-\x1f\x7f\udc80-\udcff]/.test(name)) {
    let out = "'";
    let escaped = false;
    for (const c of name) {
      const code = c.charCodeAt(0);
      const control = code < 32 || code === 127 || (code >= 0xdc80 && code <= 0xdcff);
      if (control !== escaped) out += control ? "'$'" : "''";
      escaped = control;
      out += control ? controlEscape(code) : c === "'" ? "'\\''" : c;
    }
    return `${out}'`;
  }
  if (name.includes("'")) return /["$`\\]/.test(name) ? `'${name.replaceAll("'", "'\\''")}'` : `"${name}"`;
  return `'${name}'`;
}

const NAMED: Readonly<Record<number, string>> = { 7: '\\a', 8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r' };

function controlEscape(code: number): string {
  const byte = code >= 0xdc80 ? code - 0xdc00 : code;
  return NAMED[byte] ?? `\\${byte.toString(8).padStart(3, '0')}`;
}
