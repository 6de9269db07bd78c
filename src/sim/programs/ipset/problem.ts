import type { SetError } from '../../kernel/netfilter/set/element.ts';

export const VERSION = 'ipset v7.17';

export type CommandName =
  | 'create'
  | 'add'
  | 'del'
  | 'test'
  | 'destroy'
  | 'list'
  | 'save'
  | 'restore'
  | 'flush'
  | 'rename'
  | 'swap'
  | 'help'
  | 'version'
  | 'quit';

/** What ends a command. */
export class Problem {
  readonly status: number;
  readonly message: string;
  /** A mistake in how it was called: the advice follows, and no line of a file is named. */
  readonly usage: boolean;
  constructor(status: number, message: string, usage = false) {
    this.status = status;
    this.message = message;
    this.usage = usage;
  }
}

/** A word that cannot be read. */
export function syntax(message: string): Problem {
  return new Problem(1, `Syntax error: ${message}`);
}

/** Words that are missing or too many. */
export function misuse(message: string): Problem {
  return new Problem(2, message, true);
}

const ALWAYS: Partial<Record<SetError, string>> = {
  ENOENT: 'The set with the given name does not exist',
  FIND_TYPE: 'Kernel error received: set type not supported',
  INVALID_NETMASK: 'The value of the netmask parameter is invalid',
  INVALID_CIDR: 'The value of the CIDR parameter of the IP address is invalid',
  TIMEOUT: 'Timeout cannot be used: set was created without timeout support',
  COUNTER: 'Packet/byte counters cannot be used: set was created without counter support',
  COMMENT: 'Comment cannot be used: set was created without comment support',
  SKBINFO: 'Skbinfo mapping cannot be used: set was created without skbinfo support',
  HASH_FULL: 'Hash is full, cannot add more elements',
  HASH_ELEM: 'Null-valued element, cannot be stored in a hash type of set',
  INVALID_PROTO: 'Invalid protocol specified',
  HASH_RANGE: 'Invalid range, covers the whole address space',
  HASH_RANGE_UNSUPPORTED: 'Range is not supported in the "net" component of the element',
  BITMAP_RANGE: 'Element is out of the range of the set',
  BITMAP_RANGE_SIZE: 'The range you specified exceeds the size limit of the set type',
  NAME: 'Set to be added/deleted/tested as element does not exist.',
  LOOP: 'Sets with list:set type cannot be added to the set.',
  NAMEREF: "The set to which you referred with 'before' or 'after' does not exist.",
  REF_EXIST: "The set to which you referred with 'before' or 'after' is not added to the set.",
  EEXIST: 'Set cannot be created: set with the same name already exists',
  BUSY: 'Set cannot be destroyed: it is in use by a kernel component',
  REFERENCED: 'Set cannot be renamed: it is in use by another system',
  TYPE_MISMATCH: 'The sets cannot be swapped: their type does not match',
};

/** What a refusal of the kernel means, which may hang on the command (lib/errcode.c). */
export function refused(error: SetError, command: CommandName): Problem {
  let message = ALWAYS[error] ?? '';
  if (error === 'EXIST') {
    message = `Element cannot be ${command === 'add' ? "added to the set: it's already added" : "deleted from the set: it's not added"}`;
  } else if (error === 'EXIST_SETNAME2') {
    message =
      command === 'rename'
        ? 'Set cannot be renamed: a set with the new name already exists'
        : 'Sets cannot be swapped: the second set does not exist';
  }
  return new Problem(1, message);
}
