import { quoteRegex } from './posix-regex.ts';

const CLASS: Readonly<Record<string, string>> = {
  alpha: 'A-Za-z',
  digit: '0-9',
  alnum: 'A-Za-z0-9',
  upper: 'A-Z',
  lower: 'a-z',
  space: '\\s',
  punct: '!-\\/:-@\\[-`{-~',
};

/** A fnmatch(3) pattern as an expression for whole names; with `ignoreCase` as FNM_CASEFOLD, with `pathname` `*` stops at slashes. */
export function globToRegex(glob: string, options: { readonly ignoreCase?: boolean; readonly pathname?: boolean } = {}): RegExp {
  const any = options.pathname ? '[^/]' : '[^]';
  let out = '';
  for (let i = 0; i < glob.length; ) {
    const c = String.fromCodePoint(glob.codePointAt(i) as number);
    i += c.length;
    if (c === '*') out += `${any}*`;
    else if (c === '?') out += any;
    else if (c === '\\' && i < glob.length) out += quoteRegex(glob[i++] as string);
    else if (c === '[') {
      const set = /^[!^]?\]?(?:\[:\w+:\]|[^\]])*\]/.exec(glob.slice(i))?.[0];
      if (set === undefined) out += '\\[';
      else {
        i += set.length;
        const negated = /^[!^]/.test(set);
        const members = set
          .slice(negated ? 1 : 0, -1)
          .replace(/\[:(\w+):\]|[\\\]^[]/g, (all, name?: string) => (name === undefined ? `\\${all}` : (CLASS[name] ?? '')));
        out += `[${negated ? '^' : ''}${members}]`;
      }
    } else out += quoteRegex(c);
  }
  return new RegExp(`^${out}$`, `u${options.ignoreCase ? 'i' : ''}`);
}
