import { CATEGORIES, OPTIONS } from './help-table.ts';

/** An option as the help knows it. */
export interface KnownOption {
  readonly letter: string;
  readonly name: string;
  /** `<file>`; empty for a switch. */
  readonly argument: string;
  readonly description: string;
  readonly categories: readonly string[];
}

export const KNOWN_OPTIONS: readonly KnownOption[] = OPTIONS.slice(1, -1)
  .split('\n')
  .map((line) => {
    const [letter = '', written = '', description = '', categories = ''] = line.split('\t');
    const space = written.indexOf(' ');
    return {
      letter,
      name: space < 0 ? written : written.slice(0, space),
      argument: space < 0 ? '' : written.slice(space + 1),
      description,
      categories: categories.split(' '),
    };
  });

const USAGE = 'Usage: curl [options...] <url>\n';
/** Columns that the table may take before descriptions move left. */
const WIDTH = 80;

const IMPORTANT_END = `
This is not the full help, this menu is stripped into categories.
Use "--help category" to get an overview of all categories.
For all options use the manual or "--help all".
`;

/** `curl --help [CATEGORY]` (tool_help.c). */
export function helpText(category: string | undefined): string {
  if (category === undefined || category === '') return USAGE + table('important') + IMPORTANT_END;
  const wanted = category.toLowerCase();
  if (wanted === 'all') return USAGE + table(undefined);
  if (wanted === 'category') return USAGE + categoryList();
  const known = CATEGORIES.find(([name]) => name === wanted);
  if (!known) return `${USAGE}Invalid category provided, here is a list of all categories:\n\n${categoryList()}`;
  return `${USAGE}${known[0]}: ${known[1]}\n${table(known[0])}`;
}

function categoryList(): string {
  return CATEGORIES.map(([name, about]) => ` ${name.padEnd(11)} ${about}\n`).join('');
}

function table(category: string | undefined): string {
  const shown = KNOWN_OPTIONS.filter(({ categories }) => category === undefined || categories.includes(category));
  const rows = shown.map(({ letter, name, argument, description }) => ({
    option: `${letter === '' ? '    ' : `-${letter}, `}--${name}${argument === '' ? '' : ` ${argument}`}`,
    description,
  }));
  let width = Math.max(5, ...rows.map(({ option }) => option.length));
  const widest = Math.max(5, ...rows.map(({ description }) => description.length));
  if (width + widest > WIDTH) width = WIDTH - widest;
  return rows.map(({ option, description }) => ` ${option.padEnd(width)} ${description}\n`).join('');
}

export const VERSION = `curl 7.88.1 (x86_64-pc-linux-gnu) libcurl/7.88.1 OpenSSL/3.0.19 zlib/1.2.13 brotli/1.0.9 zstd/1.5.4 libidn2/2.3.3 libpsl/0.21.2 (+libidn2/2.3.3) libssh2/1.10.0 nghttp2/1.52.0 librtmp/2.3 OpenLDAP/2.5.13
Release-Date: 2023-02-20, security patched: 7.88.1-10+deb12u15
Protocols: dict file ftp ftps gopher gophers http https imap imaps ldap ldaps mqtt pop3 pop3s rtmp rtsp scp sftp smb smbs smtp smtps telnet tftp
Features: alt-svc AsynchDNS brotli GSS-API HSTS HTTP2 HTTPS-proxy IDN IPv6 Kerberos Largefile libz NTLM NTLM_WB PSL SPNEGO SSL threadsafe TLS-SRP UnixSockets zstd
`;

export const LIBRARIES = VERSION.slice(VERSION.indexOf('libcurl'), VERSION.indexOf('\n'));
