import { command } from '../lib/command.ts';
import { operate } from './operate.ts';
import { parseArguments } from './options.ts';
import { Session } from './session.ts';

/** curl 7.88.1, for http:// and file://. */
export const curl = command('curl', function* (c) {
  const settings = yield* parseArguments(c, c.args);
  c.p.ignoreSignal('SIGPIPE');
  return yield* operate(new Session(c, settings));
});
