// Publish and subscribe (pubsub.c), transactions (multi.c).

import { type Call, type CommandTable, Refusal } from '../command.ts';
import { globMatcher } from '../database.ts';
import { array, bulk, bulks, failure, integer, OK, type Reply } from '../resp.ts';

function confirm(call: Call, what: string, channel: string | undefined): void {
  const { client } = call;
  client.send(array([bulk(what), bulk(channel), integer(client.channels.size + client.patterns.size)]));
}

function subscribe(to: 'channels' | 'patterns') {
  return (call: Call): undefined => {
    for (const channel of call.argv.slice(1)) {
      call.client[to].add(channel);
      confirm(call, call.arg(0).toLowerCase(), channel);
    }
  };
}

function unsubscribe(from: 'channels' | 'patterns') {
  return (call: Call): undefined => {
    const named = call.argv.slice(1);
    const channels = named.length > 0 ? named : [...call.client[from]];
    for (const channel of channels) {
      call.client[from].delete(channel);
      confirm(call, call.arg(0).toLowerCase(), channel);
    }
    if (channels.length === 0) confirm(call, call.arg(0).toLowerCase(), undefined);
  };
}

function publish(call: Call): Reply {
  const [, channel = '', message = ''] = call.argv;
  let receivers = 0;
  for (const client of call.server.clients) {
    if (client.channels.has(channel)) {
      client.send(bulks(['message', channel, message]));
      receivers++;
    }
    for (const pattern of client.patterns) {
      if (!globMatcher(pattern).test(channel)) continue;
      client.send(bulks(['pmessage', pattern, channel, message]));
      receivers++;
    }
  }
  return integer(receivers);
}

function inspect(call: Call): Reply {
  const clients = [...call.server.clients];
  switch (call.arg(1).toLowerCase()) {
    case 'channels': {
      const pattern = globMatcher(call.argv[2] ?? '*');
      return bulks([...new Set(clients.flatMap(({ channels }) => [...channels]))].filter((channel) => pattern.test(channel)));
    }
    case 'numsub':
      return array(
        call.argv.slice(2).flatMap((channel) => [bulk(channel), integer(clients.filter(({ channels }) => channels.has(channel)).length)]),
      );
    case 'numpat':
      return integer(new Set(clients.flatMap(({ patterns }) => [...patterns])).size);
    default:
      return failure(`ERR unknown subcommand '${call.arg(1)}'. Try PUBSUB HELP.`);
  }
}

export const MESSAGE_COMMANDS: CommandTable = {
  subscribe: { arity: -2, run: subscribe('channels') },
  psubscribe: { arity: -2, run: subscribe('patterns') },
  unsubscribe: { arity: -1, run: unsubscribe('channels') },
  punsubscribe: { arity: -1, run: unsubscribe('patterns') },
  publish: { arity: 3, run: publish },
  pubsub: { arity: -2, run: inspect },
};

/** What a watched key is compared by. */
const fingerprint = (call: Call, db: number, key: string): string => {
  const value = call.server.databases[db]?.get(key);
  if (value === undefined) return '';
  return JSON.stringify(value, (_, inner) => (inner instanceof Map || inner instanceof Set ? [...inner] : inner));
};

function leave(call: Call): void {
  call.client.queued = undefined;
  call.client.queueBroken = false;
  call.client.watched.clear();
}

function exec(call: Call): Reply {
  const { client } = call;
  const { queued, queueBroken } = client;
  if (queued === undefined) throw new Refusal('ERR EXEC without MULTI');
  const changed = [...client.watched].some(([place, seen]) => {
    const space = place.indexOf(' ');
    return fingerprint(call, Number(place.slice(0, space)), place.slice(space + 1)) !== seen;
  });
  leave(call);
  if (queueBroken) return failure('EXECABORT Transaction discarded because of previous errors.');
  if (changed) return { kind: 'array', items: undefined };
  return array(queued.map((argv) => call.server.run(client, argv) ?? OK));
}

export const TRANSACTION_COMMANDS: CommandTable = {
  multi: {
    arity: 1,
    run: (call) => {
      if (call.client.queued) throw new Refusal('ERR MULTI calls can not be nested');
      call.client.queued = [];
      return OK;
    },
  },
  exec: { arity: 1, run: exec },
  discard: {
    arity: 1,
    run: (call) => {
      if (!call.client.queued) throw new Refusal('ERR DISCARD without MULTI');
      leave(call);
      return OK;
    },
  },
  watch: {
    arity: -2,
    run: (call) => {
      if (call.client.queued) throw new Refusal('ERR WATCH inside MULTI is not allowed');
      for (const key of call.argv.slice(1)) call.client.watched.set(`${call.client.db} ${key}`, fingerprint(call, call.client.db, key));
      return OK;
    },
  },
  unwatch: {
    arity: 1,
    run: (call) => {
      call.client.watched.clear();
      return OK;
    },
  },
};
