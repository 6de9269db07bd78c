/** The path of a name in a directory. */
export const join = (directory: string, name: string): string => (directory === '/' ? `/${name}` : `${directory}/${name}`);

export const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

export function directoryOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? '/' : path.slice(0, slash);
}

/** Whether a path is `directory` or lies below it. */
export const isWithin = (path: string, directory: string): boolean =>
  directory === '/' || path === directory || path.startsWith(`${directory}/`);

/** A directory and all above it, the root first. */
export function ancestry(directory: string): string[] {
  const up = directory === '/' ? [] : ancestry(directoryOf(directory));
  return [...up, directory];
}

/** Languages that the editor knows, by the ids of Monaco. */
export type Language = 'shell' | 'yaml' | 'dockerfile' | 'python' | 'nginx' | 'plaintext';

const BY_ENDING: Readonly<Record<string, Language>> = { sh: 'shell', bash: 'shell', yml: 'yaml', yaml: 'yaml', py: 'python' };

/** What a file is written in: its name says it, or its first line. */
export function languageOf(path: string, text: string): Language {
  const name = nameOf(path);
  const ending = BY_ENDING[/\.(\w+)$/.exec(name)?.[1] ?? ''];
  if (ending !== undefined) return ending;
  if (/^(Dockerfile|Containerfile)\b/i.test(name) || name.endsWith('.dockerfile')) return 'dockerfile';
  if (name === 'nginx.conf' || (path.includes('/nginx/') && !/^(mime\.types|.*params)$/.test(name))) return 'nginx';
  if (/^\.?(bashrc|profile|bash_\w+)$/.test(name)) return 'shell';
  const interpreter = interpreterOf(text);
  if (interpreter?.startsWith('python')) return 'python';
  return interpreter === undefined ? 'plaintext' : 'shell';
}

/** The name of the program after `#!`, or after env there. */
function interpreterOf(text: string): string | undefined {
  const [program = '', argument] = /^#!(.*)/.exec(text)?.[1]?.trim().split(/\s+/) ?? [];
  const name = nameOf(program === '/usr/bin/env' ? (argument ?? '') : program);
  return name === '' ? undefined : name;
}

/** The command that runs a file as a script; undefined for what is none. `home` is where the shell is. */
export function runCommand(path: string, text: string, home = '/root'): string | undefined {
  const language = languageOf(path, text);
  if (language !== 'shell' && language !== 'python') return undefined;
  const program = interpreterOf(text) ?? (language === 'python' ? 'python3' : 'bash');
  const shown = path.startsWith(`${home}/`) ? `~/${quote(path.slice(home.length + 1))}` : quote(path);
  return `${program} ${shown}`;
}

const quote = (word: string): string => (/^[\w./+:@%,=-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);
