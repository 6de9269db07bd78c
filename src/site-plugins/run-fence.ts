/** A fence of a chapter whose commands run when the site is built. */
export interface RunFence {
  /** The machine it is typed on; the lab's first where the fence says none. */
  readonly host: string | undefined;
  readonly commands: readonly string[];
  /** Lines of the output that contain this text are marked… */
  readonly mark: string | undefined;
  /** …and this word stands beside them. */
  readonly why: string | undefined;
  /** The commands are shown without their output. */
  readonly quiet: boolean;
  /** The commands run, and the page shows nothing of it. */
  readonly hidden: boolean;
  /** Seconds of the world's time that pass before the first command. */
  readonly sleepS: number;
}

/**
 * Reads a fence like
 *
 *     ```sh run host=host2 mark="LOWER_UP" why="the other end is up" sleep=2
 *     $ ip link show v1
 *     $ cat <<EOF
 *     two lines of one command
 *     EOF
 *     ```
 *
 * A line that starts with `$ ` begins a command, other lines continue it. Flags are `quiet` and `hidden`.
 *
 * @returns undefined where the fence is not marked `run`; a sentence saying what is wrong where it cannot be read.
 */
export function parseRunFence(lang: string, meta: string, text: string): RunFence | string | undefined {
  const words = [...meta.matchAll(/([A-Za-z]+)(?:=(?:"([^"]*)"|(\S+)))?/g)];
  if (words[0]?.[0] !== 'run') return undefined;
  if (lang !== 'sh') return `a fence that runs starts with \`sh run\`, not \`${lang} run\``;

  const values = new Map<string, string>();
  const flags = new Set<string>();
  for (const [whole, name = '', quoted, bare] of words.slice(1)) {
    const value = quoted ?? bare;
    const known = value === undefined ? ['quiet', 'hidden'] : ['host', 'mark', 'why', 'sleep'];
    if (!known.includes(name)) return `a \`run\` fence does not know \`${whole}\`: it takes host= mark= why= sleep= quiet hidden`;
    if (value === undefined) flags.add(name);
    else values.set(name, value);
  }
  if (values.has('why') && !values.has('mark')) return '`why` says something about marked lines: give `mark` too';
  const sleepS = Number(values.get('sleep') ?? 0);
  if (!(sleepS >= 0)) return `\`sleep=${values.get('sleep')}\` is no number of seconds`;

  const commands: string[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('$ ')) commands.push(line.slice(2));
    else if (commands.length === 0) return 'the first line of a `run` fence is a command: it starts with `$ `';
    else commands.push(`${commands.pop()}\n${line}`);
  }
  return {
    host: values.get('host'),
    commands,
    mark: values.get('mark'),
    why: values.get('why'),
    quiet: flags.has('quiet'),
    hidden: flags.has('hidden'),
    sleepS,
  };
}
