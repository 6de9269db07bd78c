import { NGINX_VERSION } from './pages.ts';

export interface NginxOptions {
  help: boolean;
  version: boolean;
  configureArguments: boolean;
  test: boolean;
  dump: boolean;
  quiet: boolean;
  signal: 'stop' | 'quit' | 'reopen' | 'reload' | undefined;
  prefix: string;
  configFile: string;
  globals: string;
}

export const USAGE = `Usage: nginx [-?hvVtTq] [-s signal] [-p prefix]
             [-e filename] [-c filename] [-g directives]

Options:
  -?,-h         : this help
  -v            : show version and exit
  -V            : show version and configure options then exit
  -t            : test configuration and exit
  -T            : test configuration, dump it and exit
  -q            : suppress non-error messages during configuration testing
  -s signal     : send signal to a master process: stop, quit, reopen, reload
  -p prefix     : set prefix path (default: /usr/share/nginx/)
  -e filename   : set error log file (default: stderr)
  -c filename   : set configuration file (default: /etc/nginx/nginx.conf)
  -g directives : set global directives out of configuration file

`;

export const VERSION_LINE = `nginx version: nginx/${NGINX_VERSION}\n`;

/** What Debian built it with. */
export const CONFIGURE_LINES = `built with OpenSSL 3.0.22 25 Aug 2026 (running with OpenSSL 3.0.19 27 Jan 2026)
TLS SNI support enabled
configure arguments: --prefix=/usr/share/nginx --conf-path=/etc/nginx/nginx.conf --http-log-path=/var/log/nginx/access.log --error-log-path=stderr --lock-path=/var/lock/nginx.lock --pid-path=/run/nginx.pid --modules-path=/usr/lib/nginx/modules --with-compat --with-debug --with-pcre-jit --with-http_ssl_module --with-http_stub_status_module --with-http_realip_module --with-http_auth_request_module --with-http_v2_module --with-threads
`;

const NEEDS: Readonly<Record<string, string>> = {
  c: 'file name',
  e: 'file name',
  g: 'parameter',
  p: 'directory name',
  s: 'signal name',
};

/** The command line (ngx_get_options); a string is the complaint. */
export function parseOptions(args: readonly string[]): NginxOptions | string {
  const options: NginxOptions = {
    help: false,
    version: false,
    configureArguments: false,
    test: false,
    dump: false,
    quiet: false,
    signal: undefined,
    prefix: '/usr/share/nginx/',
    configFile: '/etc/nginx/nginx.conf',
    globals: '',
  };
  for (let i = 0; i < args.length; i++) {
    const word = args[i] as string;
    if (!word.startsWith('-')) return `invalid option: "${word}"`;
    for (let k = 1; k < word.length; k++) {
      const letter = word[k] as string;
      if (NEEDS[letter] === undefined) {
        const problem = flag(options, letter);
        if (problem !== undefined) return problem;
        continue;
      }
      const value = word.slice(k + 1) || args[++i];
      if (value === undefined || value === '') return `option "-${letter}" requires ${NEEDS[letter]}`;
      if (letter === 'c') options.configFile = value;
      else if (letter === 'g') options.globals = value;
      else if (letter === 'p') options.prefix = value.endsWith('/') ? value : `${value}/`;
      else if (letter === 's') {
        if (!/^(stop|quit|reopen|reload)$/.test(value)) return `invalid option: "-s ${value}"`;
        options.signal = value as NginxOptions['signal'];
      }
      break;
    }
  }
  if (!options.configFile.startsWith('/')) options.configFile = options.prefix + options.configFile;
  return options;
}

function flag(options: NginxOptions, letter: string): string | undefined {
  if (letter === 'h' || letter === '?') Object.assign(options, { help: true, version: true });
  else if (letter === 'v') options.version = true;
  else if (letter === 'V') Object.assign(options, { version: true, configureArguments: true });
  else if (letter === 't') options.test = true;
  else if (letter === 'T') Object.assign(options, { test: true, dump: true });
  else if (letter === 'q') options.quiet = true;
  else return `invalid option: "${letter}"`;
  return undefined;
}
