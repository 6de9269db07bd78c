import { text as decode, utf8 } from '../../../base/bytes.ts';
import { latin1, latin1Bytes } from '../../../wire/http.ts';
import { braceFormat } from './format.ts';
import { Bytes, Dict, itemsOf, List, Native, raise, repr, str, Tuple, type Value } from './values.ts';

/** A method of a value of Python's own types; undefined where it has none of that name. */
export function methodOf(object: Value, name: string): Native | undefined {
  const make =
    typeof object === 'string'
      ? STRING[name]?.(object)
      : object instanceof Bytes
        ? BYTES[name]?.(object)
        : object instanceof Dict
          ? DICT[name]?.(object)
          : object instanceof List
            ? LIST[name]?.(object)
            : undefined;
  return make && Native.of(name, make);
}

type Call = (args: readonly Value[], named: ReadonlyMap<string, Value>) => Value;
type Methods<T> = Readonly<Record<string, (self: T) => Call>>;

const words = (value: Value | undefined): string => (value === undefined || value === null ? '' : str(value));

const STRING: Methods<string> = {
  format: (self) => (args, named) => braceFormat(self, args, named),
  upper: (self) => () => self.toUpperCase(),
  lower: (self) => () => self.toLowerCase(),
  title: (self) => () => self.toLowerCase().replace(/[a-z]+/g, (word) => word[0]?.toUpperCase() + word.slice(1)),
  capitalize: (self) => () => self.charAt(0).toUpperCase() + self.slice(1).toLowerCase(),
  strip: (self) => () => self.trim(),
  lstrip: (self) => () => self.trimStart(),
  rstrip: (self) => () => self.trimEnd(),
  split:
    (self) =>
    ([separator]) =>
      new List(separator === undefined || separator === null ? self.trim().split(/\s+/).filter(Boolean) : self.split(words(separator))),
  join:
    (self) =>
    ([items = null]) =>
      itemsOf(items)
        .map((item, i) => (typeof item === 'string' ? item : raise('TypeError', `sequence item ${i}: expected str instance`)))
        .join(self),
  replace:
    (self) =>
    ([from, to]) =>
      self.replaceAll(words(from), words(to)),
  startswith:
    (self) =>
    ([start]) =>
      self.startsWith(words(start)),
  endswith:
    (self) =>
    ([end]) =>
      self.endsWith(words(end)),
  isdigit: (self) => () => /^\d+$/.test(self),
  encode: (self) => () => new Bytes(latin1(utf8(self))),
};

const BYTES: Methods<Bytes> = {
  decode: (self) => () => decode(latin1Bytes(self.text)),
};

const DICT: Methods<Dict> = {
  get:
    (self) =>
    ([key = null, fallback = null]) =>
      self.entries.get(key as string) ?? fallback,
  keys: (self) => () => new List([...self.entries.keys()]),
  values: (self) => () => new List([...self.entries.values()]),
  items: (self) => () => new List([...self.entries].map((entry) => new Tuple(entry))),
  setdefault:
    (self) =>
    ([key = null, fallback = null]) => {
      if (!self.entries.has(key as string)) self.entries.set(key as string, fallback);
      return self.entries.get(key as string) ?? null;
    },
  update:
    (self) =>
    ([other]) => {
      if (other instanceof Dict) for (const [key, value] of other.entries) self.entries.set(key, value);
      return null;
    },
  pop:
    (self) =>
    ([key = null, fallback]) => {
      const found = self.entries.get(key as string) ?? fallback;
      self.entries.delete(key as string);
      return found === undefined ? raise('KeyError', repr(key)) : found;
    },
};

const LIST: Methods<List> = {
  append:
    (self) =>
    ([item = null]) => {
      self.items.push(item);
      return null;
    },
  pop: (self) => () => self.items.pop() ?? raise('IndexError', 'pop from empty list'),
};
