// What a compiled filter is made of: tests of a packet's bytes that behave as the BPF program would that libpcap makes.

/** A packet in front of a filter. */
export interface FilterPacket {
  /** What was captured, from the link-level header on. */
  b: Uint8Array;
  /** Bytes on the wire. */
  length: number;
  /** A load was outside the packet: the program ends there and the packet is not wanted (BPF_RET 0). */
  outside: boolean;
  ifindex: number;
  /** Whether this machine sent it. */
  outgoing: boolean;
}

export type Test = (p: FilterPacket) => boolean;
export type Value = (p: FilterPacket) => number;

/** An unsigned number of 1, 2 or 4 bytes in network order. */
export function load(p: FilterPacket, o: number, size: number): number {
  if (o < 0 || o + size > p.b.length) {
    p.outside = true;
    return 0;
  }
  let v = 0;
  for (let i = 0; i < size; i++) v = v * 256 + (p.b[o + i] as number);
  return v;
}

export function and(a: Test, b: Test): Test {
  return (p) => a(p) && !p.outside && b(p);
}

export function or(a: Test, b: Test): Test {
  return (p) => a(p) || (!p.outside && b(p));
}

export function not(a: Test): Test {
  return (p) => !a(p);
}

export function anyOf(...tests: Test[]): Test {
  return tests.reduce(or);
}

/** The field equals the value, under a mask if there is one. */
export function fieldEquals(o: number, size: number, value: number, mask = 0xffffffff): Test {
  return (p) => (load(p, o, size) & mask) >>> 0 === value;
}

/** So many bits of the bytes at `o` are those of `bytes`. */
export function prefixEquals(o: number, bytes: Uint8Array, bits: number): Test {
  return (p) => {
    if (o + bytes.length > p.b.length) {
      p.outside = true;
      return false;
    }
    for (let i = 0; i * 8 < bits; i++) {
      const mask = bits >= i * 8 + 8 ? 0xff : (0xff00 >> (bits - i * 8)) & 0xff;
      if (((p.b[o + i] as number) ^ (bytes[i] as number)) & mask) return false;
    }
    return true;
  };
}
