import { type Call, type CommandTable, integerArgument, NOT_FLOAT, Refusal, rangeWithin, SYNTAX, typed } from '../command.ts';
import { parseFloatNumber, scoreText } from '../numbers.ts';
import { bulk, bulks, integer, type Reply } from '../resp.ts';

type Scores = Map<string, number>;

function scoresOf(call: Call): Scores | undefined {
  return typed(call, call.arg(1), 'zset')?.scores;
}

/** By score, those with the same one by their bytes. */
function ordered(scores: Scores | undefined): [member: string, score: number][] {
  return [...(scores ?? [])].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
}

function scoresToChange(call: Call): Scores {
  const found = scoresOf(call);
  if (found) return found;
  const scores: Scores = new Map();
  call.db.set(call.arg(1), { type: 'zset', scores });
  return scores;
}

function score(text: string): number {
  const value = parseFloatNumber(text);
  if (value === undefined) throw new Refusal(NOT_FLOAT);
  return value;
}

function add(call: Call): Reply {
  let at = 2;
  const options = new Set<string>();
  for (; /^(NX|XX|GT|LT|CH|INCR)$/i.test(call.arg(at)); at++) options.add(call.arg(at).toUpperCase());
  const pairs = call.argv.slice(at);
  if (pairs.length === 0 || pairs.length % 2 === 1) throw new Refusal(SYNTAX);
  if (options.has('NX') && options.has('XX')) throw new Refusal('ERR XX and NX options at the same time are not compatible');
  const wanted = pairs.filter((_, i) => i % 2 === 0).map(score);
  const existing = scoresOf(call);
  if (existing === undefined && options.has('XX')) return options.has('INCR') ? bulk(undefined) : integer(0);
  const scores = scoresToChange(call);
  let added = 0;
  let changed = 0;
  let last: number | undefined;
  wanted.forEach((value, i) => {
    const member = pairs[2 * i + 1] as string;
    const old = scores.get(member);
    if (old === undefined ? options.has('XX') : options.has('NX')) return;
    const next = options.has('INCR') ? (old ?? 0) + value : value;
    if (old !== undefined && ((options.has('GT') && next <= old) || (options.has('LT') && next >= old))) return;
    scores.set(member, next);
    last = next;
    if (old === undefined) added++;
    else if (old !== next) changed++;
  });
  if (options.has('INCR')) return bulk(last === undefined ? undefined : scoreText(last));
  return integer(options.has('CH') ? added + changed : added);
}

function listing(entries: readonly (readonly [string, number])[], withScores: boolean): Reply {
  return bulks(entries.flatMap(([member, value]) => (withScores ? [member, scoreText(value)] : [member])));
}

function bound(text: string): (value: number, side: 'min' | 'max') => boolean {
  const open = text.startsWith('(');
  const limit = parseFloatNumber(open ? text.slice(1) : text);
  if (limit === undefined) throw new Refusal('ERR min or max is not a float');
  return (value, side) => (side === 'min' ? (open ? value > limit : value >= limit) : open ? value < limit : value <= limit);
}

function withinScores(call: Call, from: string, to: string): [string, number][] {
  const min = bound(from);
  const max = bound(to);
  return ordered(scoresOf(call)).filter(([, value]) => min(value, 'min') && max(value, 'max'));
}

function range(reversed: boolean, byScoreOnly = false) {
  return (call: Call): Reply => {
    let withScores = false;
    let byScore = byScoreOnly;
    let backwards = reversed;
    let limit: readonly [offset: number, count: number] | undefined;
    for (let i = 4; i < call.argv.length; i++) {
      const option = call.arg(i).toUpperCase();
      if (option === 'WITHSCORES') withScores = true;
      else if (option === 'BYSCORE' && !byScoreOnly && !reversed) byScore = true;
      else if (option === 'REV' && !byScoreOnly && !reversed) backwards = true;
      else if (option === 'LIMIT' && i + 2 < call.argv.length) limit = [integerArgument(call, ++i), integerArgument(call, ++i)];
      else throw new Refusal(SYNTAX);
    }
    if (limit && !byScore) {
      throw new Refusal('ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX');
    }
    if (!byScore) {
      const first = integerArgument(call, 2);
      const last = integerArgument(call, 3);
      const entries = ordered(scoresOf(call));
      if (backwards) entries.reverse();
      return listing(entries.slice(...rangeWithin(first, last, entries.length)), withScores);
    }
    const [from, to] = backwards ? [call.arg(3), call.arg(2)] : [call.arg(2), call.arg(3)];
    const entries = withinScores(call, from, to);
    if (backwards) entries.reverse();
    const [offset, count] = limit ?? [0, -1];
    return listing(entries.slice(offset, count < 0 ? undefined : offset + count), withScores);
  };
}

function rank(reversed: boolean) {
  return (call: Call): Reply => {
    const members = ordered(scoresOf(call)).map(([member]) => member);
    if (reversed) members.reverse();
    const at = members.indexOf(call.arg(2));
    return at < 0 ? bulk(undefined) : integer(at);
  };
}

function remove(call: Call): Reply {
  const scores = scoresOf(call);
  const removed = call.argv.slice(2).filter((member) => scores?.delete(member)).length;
  if (scores?.size === 0) call.db.delete(call.arg(1));
  return integer(removed);
}

export const SORTED_SET_COMMANDS: CommandTable = {
  zadd: { arity: -4, grows: true, run: add },
  zincrby: {
    arity: 4,
    grows: true,
    run: (call) => {
      const by = score(call.arg(2));
      const scores = scoresToChange(call);
      const sum = (scores.get(call.arg(3)) ?? 0) + by;
      scores.set(call.arg(3), sum);
      return bulk(scoreText(sum));
    },
  },
  zrange: { arity: -4, run: range(false) },
  zrevrange: { arity: -4, run: range(true) },
  zrangebyscore: { arity: -4, run: range(false, true) },
  zrevrangebyscore: { arity: -4, run: range(true, true) },
  zscore: {
    arity: 3,
    run: (call) => {
      const value = scoresOf(call)?.get(call.arg(2));
      return bulk(value === undefined ? undefined : scoreText(value));
    },
  },
  zcard: { arity: 2, run: (call) => integer(scoresOf(call)?.size ?? 0) },
  zcount: { arity: 4, run: (call) => integer(withinScores(call, call.arg(2), call.arg(3)).length) },
  zrank: { arity: 3, run: rank(false) },
  zrevrank: { arity: 3, run: rank(true) },
  zrem: { arity: -3, run: remove },
};
