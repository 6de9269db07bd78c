// Commands about the connection and about commands: PING, AUTH, HELLO, CLIENT, COMMAND…

import { type Call, type CommandTable, integerArgument, Refusal } from '../command.ts';
import { parseInteger } from '../numbers.ts';
import { array, bulk, bulks, failure, integer, OK, type Reply, status } from '../resp.ts';
import { REDIS_VERSION } from '../version.ts';

const WRONG_PASSWORD = 'WRONGPASS invalid username-password pair or user is disabled.';

function logIn(call: Call, user: string, password: string): Reply {
  const wanted = call.server.config.get('requirepass');
  if (user !== 'default' || (wanted !== '' && password !== wanted)) return failure(WRONG_PASSWORD);
  call.client.authenticated = true;
  return OK;
}

function auth(call: Call): Reply {
  if (call.argv.length > 3) throw new Refusal('ERR syntax error');
  if (call.argv.length === 3) return logIn(call, call.arg(1), call.arg(2));
  if (call.server.config.get('requirepass') === '') {
    return failure(
      'ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?',
    );
  }
  return logIn(call, 'default', call.arg(1));
}

function hello(call: Call): Reply {
  const version = call.argv.length > 1 ? parseInteger(call.arg(1)) : 2n;
  if (version === undefined) throw new Refusal('ERR Protocol version is not an integer or out of range');
  // RESP3 is not spoken here: a client falls back to RESP2, as with an old server.
  if (version !== 2n) throw new Refusal('NOPROTO unsupported protocol version');
  for (let i = 2; i < call.argv.length; i++) {
    const option = call.arg(i).toUpperCase();
    if (option === 'AUTH' && i + 2 < call.argv.length) {
      const answer = logIn(call, call.arg(++i), call.arg(++i));
      if (answer.kind === 'error') return answer;
    } else if (option === 'SETNAME' && i + 1 < call.argv.length) call.client.name = call.arg(++i);
    else throw new Refusal(`ERR Syntax error in HELLO option '${call.arg(i)}'`);
  }
  if (!call.client.authenticated) {
    return failure(
      'NOAUTH HELLO must be called with the client already authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client and select the RESP protocol version at the same time',
    );
  }
  const facts: [string, Reply][] = [
    ['server', bulk('redis')],
    ['version', bulk(REDIS_VERSION)],
    ['proto', integer(2)],
    ['id', integer(call.client.id)],
    ['mode', bulk('standalone')],
    ['role', bulk('master')],
    ['modules', array([])],
  ];
  return array(facts.flatMap(([name, value]) => [bulk(name), value]));
}

function select(call: Call): Reply {
  const index = integerArgument(call, 1);
  if (index < 0 || index >= call.server.databases.length) throw new Refusal('ERR DB index is out of range');
  call.client.db = index;
  return OK;
}

function unknownSubcommand(call: Call): Reply {
  return failure(`ERR unknown subcommand '${call.arg(1)}'. Try ${call.arg(0).toUpperCase()} HELP.`);
}

function client(call: Call): Reply {
  const { client: self, server } = call;
  const { length } = call.argv;
  switch (call.arg(1).toLowerCase()) {
    case 'id':
      return integer(self.id);
    case 'getname':
      return bulk(self.name === '' ? undefined : self.name);
    case 'setname':
      if (length !== 3) throw new Refusal("ERR wrong number of arguments for 'client|setname' command");
      if (/[^!-~]/.test(call.arg(2))) throw new Refusal('ERR Client names cannot contain spaces, newlines or special characters.');
      self.name = call.arg(2);
      return OK;
    case 'setinfo':
    case 'no-evict':
      return length === 4 || call.arg(1).toLowerCase() === 'no-evict' ? OK : unknownSubcommand(call);
    case 'info':
      return bulk(self.describe(server.nowMs));
    case 'list':
      return bulk([...server.clients].map((each) => each.describe(server.nowMs)).join(''));
    case 'kill': {
      const address = call.arg(length === 3 ? 2 : 3);
      const byId = call.arg(2).toUpperCase() === 'ID';
      const found = [...server.clients].filter((each) => (byId ? String(each.id) === address : each.address === address));
      for (const each of found) each.closing = true;
      if (length > 3) return integer(found.length);
      return found.length > 0 ? OK : failure('ERR No such client');
    }
    default:
      return unknownSubcommand(call);
  }
}

function describeCommands(call: Call): Reply {
  const table = call.server.commands;
  const describe = (name: string): Reply => {
    const found = table.get(name.toLowerCase());
    if (!found) return { kind: 'array', items: undefined };
    return array([bulk(name.toLowerCase()), integer(found.arity), array([]), integer(0), integer(0), integer(0)]);
  };
  switch (call.arg(1).toLowerCase()) {
    case '':
      return array([...table.keys()].map(describe));
    case 'count':
      return integer(table.size);
    case 'list':
      return bulks(table.keys());
    case 'info':
      return array(call.argv.slice(2).map(describe));
    case 'docs':
      return array([]);
    default:
      return unknownSubcommand(call);
  }
}

export const CONNECTION_COMMANDS: CommandTable = {
  ping: {
    arity: -1,
    run: (call) => {
      if (call.argv.length > 2) throw new Refusal("ERR wrong number of arguments for 'ping' command");
      if (call.client.subscribed) return bulks(['pong', call.arg(1)]);
      return call.argv.length === 2 ? bulk(call.arg(1)) : status('PONG');
    },
  },
  echo: { arity: 2, run: (call) => bulk(call.arg(1)) },
  auth: { arity: -2, run: auth },
  hello: { arity: -1, run: hello },
  select: { arity: 2, run: select },
  quit: {
    arity: -1,
    run: (call) => {
      call.client.closing = true;
      return OK;
    },
  },
  reset: {
    arity: 1,
    run: (call) => {
      const { client: self } = call;
      Object.assign(self, { db: 0, queued: undefined, monitoring: false, name: '' });
      self.channels.clear();
      self.patterns.clear();
      self.authenticated = call.server.config.get('requirepass') === '';
      return status('RESET');
    },
  },
  client: { arity: -2, run: client },
  command: { arity: -1, run: describeCommands },
  time: {
    arity: 1,
    run: (call) => {
      const us = Math.round(call.server.nowMs * 1000);
      return bulks([String(Math.floor(us / 1_000_000)), String(us % 1_000_000)]);
    },
  },
};
