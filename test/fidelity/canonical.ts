/**
 * What two runs of the same session may differ in, made the same: names nobody chose (MAC addresses and what is derived from
 * them, process numbers in `ident=`), and times measured. Everything else, trailing spaces included, must be equal.
 */
export class Canonical {
  private readonly names = new Map<string, string>();

  text(output: string): string {
    return this.macs(volatile(output));
  }

  private macs(output: string): string {
    return output
      .replace(/\bfe80::[0-9a-f:]*ff:fe[0-9a-f:]+/g, (address) => `fe80::(${this.mac(macOfLinkLocal(address))})`)
      .replace(/\b(?:[0-9a-f]{2}:){5}[0-9a-f]{2}\b/g, (mac) => this.mac(mac));
  }

  /** Addresses that a lab or a command chose stay; drawn ones are numbered in the order they appear. */
  private mac(mac: string): string {
    if (/^(52:54:00|02:00:00|00:00:00|ff:ff:ff|33:33|01:00:5e|02:42)/.test(mac)) return mac;
    let name = this.names.get(mac);
    if (name === undefined) {
      name = `<mac${this.names.size + 1}>`;
      this.names.set(mac, name);
    }
    return name;
  }
}

function volatile(output: string): string {
  return output
    .replace(/time=[\d.]+ ms/g, 'time=<t> ms')
    .replace(/(?<= )\d+\.\d+ ms\b/g, '<t> ms')
    .replace(/, time \d+ms/g, ', time <t>ms')
    .replace(
      /(rtt|round-trip) (min\/avg\/max(?:\/(?:mdev|std-dev))?) = [\d./]+ ms(, pipe \d+)?(, ipg\/ewma [\d./]+ ms)?/g,
      (_, word, keys, pipe, ewma) => `${word} ${keys} = <t>${pipe ?? ''}${ewma ? ', ipg/ewma <t>' : ''}`,
    )
    .replace(/\bident=\d+/g, 'ident=<n>')
    .replace(/\bid \d+, seq/g, 'id <n>, seq')
    .replace(/^\[\d+\.\d+\] /gm, '[<clock>] ')
    .replace(/^\d\d:\d\d:\d\d\.\d{6} /gm, '<clock> ')
    .replace(/expires \d+sec/g, 'expires <n>sec')
    .replace(/time=[\d.]+ usec/g, 'time=<t> usec')
    .replace(/\n+$/, '\n');
}

/** The MAC from which an EUI-64 link-local address was made (RFC 4291, appendix A). */
function macOfLinkLocal(address: string): string {
  const groups = (address.split('::')[1] ?? '').split(':').map((group) => group.padStart(4, '0'));
  const hex = groups.join('').padStart(16, '0');
  const first = (Number.parseInt(hex.slice(0, 2), 16) ^ 2).toString(16).padStart(2, '0');
  return [first, hex.slice(2, 4), hex.slice(4, 6), hex.slice(10, 12), hex.slice(12, 14), hex.slice(14, 16)].join(':');
}

/** Commands whose lines come in the order of a hash table or of random numbers: compared as sets of lines. */
const UNORDERED = /\bneigh|netns( list)?$|\bfdb\b|arp -n/;

/** Lines that differ between what Linux printed and what the simulator does, or undefined if nothing does. */
export function difference(command: string, real: string, simulated: string): string | undefined {
  const order = (text: string) => (UNORDERED.test(command) ? text.split('\n').sort().join('\n') : text);
  if (order(real) === order(simulated)) return undefined;
  const [left, right] = [real.split('\n'), simulated.split('\n')];
  const only = (lines: string[], other: string[], mark: string) =>
    lines.filter((line) => !other.includes(line)).map((line) => `${mark} ${line}`);
  return [...only(left, right, 'linux    |'), ...only(right, left, 'vethlab  |')].join('\n') || 'the same lines in another order';
}
