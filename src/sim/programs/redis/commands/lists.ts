import { type Call, type CommandTable, integerArgument, Refusal, rangeWithin, typed } from '../command.ts';
import { bulk, bulks, integer, NIL, OK, type Reply } from '../resp.ts';

function itemsOf(call: Call): string[] | undefined {
  return typed(call, call.arg(1), 'list')?.items;
}

function push(end: 'left' | 'right', onlyExisting = false) {
  return (call: Call): Reply => {
    let items = itemsOf(call);
    if (items === undefined) {
      if (onlyExisting) return integer(0);
      items = [];
      call.db.set(call.arg(1), { type: 'list', items });
    }
    for (const word of call.argv.slice(2)) {
      if (end === 'left') items.unshift(word);
      else items.push(word);
    }
    return integer(items.length);
  };
}

function pop(end: 'left' | 'right') {
  return (call: Call): Reply => {
    if (call.argv.length > 3) throw new Refusal(`ERR wrong number of arguments for '${call.arg(0).toLowerCase()}' command`);
    const many = call.argv.length === 3;
    const count = many ? integerArgument(call, 2, 'ERR value is out of range, must be positive') : 1;
    if (count < 0) throw new Refusal('ERR value is out of range, must be positive');
    const items = itemsOf(call);
    if (items === undefined) return many ? { kind: 'array', items: undefined } : NIL;
    const taken = end === 'left' ? items.splice(0, count) : items.splice(Math.max(0, items.length - count)).reverse();
    if (items.length === 0) call.db.delete(call.arg(1));
    return many ? bulks(taken) : bulk(taken[0]);
  };
}

function remove(call: Call): Reply {
  const count = integerArgument(call, 2);
  const items = itemsOf(call) ?? [];
  let left = count === 0 ? items.length : Math.abs(count);
  let removed = 0;
  for (let i = count < 0 ? items.length - 1 : 0; left > 0 && i >= 0 && i < items.length; count < 0 ? i-- : i++) {
    if (items[i] !== call.arg(3)) continue;
    items.splice(i, 1);
    if (count >= 0) i--;
    removed++;
    left--;
  }
  if (removed > 0 && items.length === 0) call.db.delete(call.arg(1));
  return integer(removed);
}

function setAt(call: Call): Reply {
  const items = itemsOf(call);
  if (items === undefined) throw new Refusal('ERR no such key');
  const index = integerArgument(call, 2);
  const at = index < 0 ? index + items.length : index;
  if (at < 0 || at >= items.length) throw new Refusal('ERR index out of range');
  items[at] = call.arg(3);
  return OK;
}

function trim(call: Call): Reply {
  const first = integerArgument(call, 2);
  const last = integerArgument(call, 3);
  const items = itemsOf(call);
  if (items === undefined) return OK;
  const [from, to] = rangeWithin(first, last, items.length);
  items.splice(to);
  items.splice(0, from);
  if (items.length === 0) call.db.delete(call.arg(1));
  return OK;
}

export const LIST_COMMANDS: CommandTable = {
  lpush: { arity: -3, grows: true, run: push('left') },
  rpush: { arity: -3, grows: true, run: push('right') },
  lpushx: { arity: -3, grows: true, run: push('left', true) },
  rpushx: { arity: -3, grows: true, run: push('right', true) },
  lpop: { arity: -2, run: pop('left') },
  rpop: { arity: -2, run: pop('right') },
  llen: { arity: 2, run: (call) => integer(itemsOf(call)?.length ?? 0) },
  lindex: { arity: 3, run: (call) => bulk(itemsOf(call)?.at(integerArgument(call, 2))) },
  lrange: {
    arity: 4,
    run: (call) => {
      const first = integerArgument(call, 2);
      const last = integerArgument(call, 3);
      const items = itemsOf(call) ?? [];
      return bulks(items.slice(...rangeWithin(first, last, items.length)));
    },
  },
  lrem: { arity: 4, run: remove },
  lset: { arity: 4, grows: true, run: setAt },
  ltrim: { arity: 4, run: trim },
};
