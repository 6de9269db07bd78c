import { type Call, type CommandTable, Refusal } from '../command.ts';
import { globMatcher } from '../database.ts';
import { bulks, failure, integer, OK, type Reply, status } from '../resp.ts';
import { info } from './info.ts';

function getConfig(call: Call): Reply {
  const patterns = call.argv.slice(2).map((pattern) => globMatcher(pattern.toLowerCase()));
  return bulks(
    call.server.config
      .entries()
      .filter(([name]) => patterns.some((pattern) => pattern.test(name)))
      .flat(),
  );
}

function setConfig(call: Call): Reply {
  const pairs = call.argv.slice(2);
  if (pairs.length === 0 || pairs.length % 2 === 1) throw new Refusal("ERR wrong number of arguments for 'config|set' command");
  const { config } = call.server;
  for (let i = 0; i < pairs.length; i += 2) {
    const [name, value] = [(pairs[i] as string).toLowerCase(), pairs[i + 1] as string];
    if (!config.has(name)) return failure(`ERR Unknown option or number of arguments for CONFIG SET - '${pairs[i]}'`);
    const failed = (problem: string): Reply => failure(`ERR CONFIG SET failed (possibly related to argument '${name}') - ${problem}`);
    if (config.isFixed(name)) return failed("can't set immutable config");
    const problem = call.server.configure(name, value);
    if (problem !== undefined) return failed(problem);
  }
  return OK;
}

function config(call: Call): Reply {
  switch (call.arg(1).toLowerCase()) {
    case 'get':
      if (call.argv.length < 3) throw new Refusal("ERR wrong number of arguments for 'config|get' command");
      return getConfig(call);
    case 'set':
      return setConfig(call);
    case 'resetstat':
      Object.assign(call.server.statistics, { connections: 0, commands: 0, rejected: 0 });
      return OK;
    case 'rewrite':
      if (call.server.configFile === '') return failure('ERR The server is running without a config file');
      return failure('ERR Rewriting config file: Permission denied');
    default:
      return failure(`ERR unknown subcommand '${call.arg(1)}'. Try CONFIG HELP.`);
  }
}

function shutdown(call: Call): Reply | undefined {
  const option = call.arg(1).toLowerCase();
  if (call.argv.length > 2 || !/^(nosave|save|now|force|abort|)$/.test(option)) throw new Refusal('ERR syntax error');
  if (option === 'abort') return failure('ERR No shutdown in progress.');
  call.server.requestShutdown(option === 'save' ? true : option === 'nosave' ? false : undefined);
  call.client.closing = true;
  return undefined;
}

export const ADMINISTRATION_COMMANDS: CommandTable = {
  info: { arity: -1, run: info },
  config: { arity: -2, run: config },
  shutdown: { arity: -1, run: shutdown },
  save: {
    arity: 1,
    run: (call) => {
      if (call.server.saving) throw new Refusal('ERR Background save already in progress');
      return call.server.save() ? OK : failure('ERR');
    },
  },
  bgsave: {
    arity: -1,
    run: (call) => {
      if (call.server.saving) throw new Refusal('ERR Background save already in progress');
      return call.server.saveInBackground() ? status('Background saving started') : failure('ERR');
    },
  },
  lastsave: { arity: 1, run: (call) => integer(Math.floor(call.server.lastSaveMs / 1000)) },
  monitor: {
    arity: 1,
    run: (call) => {
      call.client.monitoring = true;
      return OK;
    },
  },
};
