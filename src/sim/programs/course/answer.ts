import { strerror } from '../../base/errno.ts';
import { isError } from '../../base/result.ts';
import { text, utf8 } from '../../base/utf8.ts';
import { command } from '../lib/command.ts';

/** Where findings are kept; a check compares them with what it reads from the world. */
const DIRECTORY = '/root/answers';

const USAGE = `usage: answer NAME VALUE    note a finding for an exercise
       answer NAME          show what you noted
       answer               show all
`;

/** Notes what the learner found out. Not a program of Linux: the course's own. */
export const answer = command('answer', function* (c) {
  const { p } = c;
  const { files } = p.machine;
  const [name, ...value] = c.args;
  if (name === '-h' || name === '--help') {
    c.out(USAGE);
    return 0;
  }
  const known = files.readDirectory(p, DIRECTORY);
  const names = isError(known) ? [] : [...known].sort();
  if (name === undefined) {
    if (names.length === 0) c.out('No answers yet.\n');
    for (const each of names) {
      const contents = files.readFile(p, `${DIRECTORY}/${each}`);
      c.out(`${each}: ${isError(contents) ? strerror(contents.errno) : text(contents)}`);
    }
    return 0;
  }
  if (!/^[\w-]+$/.test(name)) {
    yield* c.complain(`a name has letters, digits, - and _, not ‘${name}’`);
    return 2;
  }
  if (value.length === 0) {
    const contents = files.readFile(p, `${DIRECTORY}/${name}`);
    if (isError(contents)) {
      yield* c.complain(`nothing noted as ${name} yet`);
      return 1;
    }
    c.out(text(contents));
    return 0;
  }
  const made = names.length > 0 || !isError(known) ? undefined : files.makeDirectory(p, DIRECTORY);
  const error = made ?? files.writeFile(p, `${DIRECTORY}/${name}`, utf8(`${value.join(' ')}\n`));
  if (isError(error)) return yield* c.die(1, `cannot note ${name}: ${strerror(error.errno)}`);
  c.out(`${name}: ${value.join(' ')}\n`);
  return 0;
});
