/** What traceroute writes behind a time for an ICMP message, and whether the trace ends there (parse_icmp_res). */
export function icmpAnnotation(
  version: 4 | 6,
  type: number,
  code: number,
  info: number,
): { readonly note: string; readonly final: boolean } {
  return version === 4 ? annotation4(type, code, info) : annotation6(type, code, info);
}

const TIME_EXCEEDED = 11;
const DEST_UNREACH = 3;

/** Codes of destination unreachable. */
const UNREACHABLE: Readonly<Record<number, string>> = {
  0: '!N',
  1: '!H',
  2: '!P',
  5: '!S',
  6: '!N',
  7: '!H',
  8: '!H',
  9: '!X',
  10: '!X',
  11: '!N',
  12: '!H',
  13: '!X',
  14: '!V',
  15: '!C',
};
const PORT_UNREACH = 3;
const FRAG_NEEDED = 4;

function annotation4(type: number, code: number, info: number): { readonly note: string; readonly final: boolean } {
  if (type === TIME_EXCEEDED) return { note: '', final: false };
  if (type !== DEST_UNREACH) return { note: `!<${type}-${code}>`, final: true };
  if (code === PORT_UNREACH) return { note: '', final: true };
  if (code === FRAG_NEEDED) return { note: `!F-${info}`, final: true };
  return { note: UNREACHABLE[code] ?? `!<${code}>`, final: true };
}

const UNREACHABLE6: Readonly<Record<number, string>> = { 0: '!N', 1: '!X', 2: '!H', 3: '!H', 4: '' };

function annotation6(type: number, code: number, info: number): { readonly note: string; readonly final: boolean } {
  switch (type) {
    case 3:
      return { note: '', final: false };
    case 1:
      return { note: UNREACHABLE6[code] ?? `!<${code}>`, final: true };
    case 2:
      return { note: `!F-${info}`, final: true };
    case 4:
      return { note: '!P', final: true };
    default:
      return { note: `!<${type}-${code}>`, final: true };
  }
}
