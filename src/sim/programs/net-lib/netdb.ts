import type { Process } from '../../machine/process.ts';
import { linesIn, linesOfFile } from './hosts-file.ts';

/** A line of /etc/services. */
export interface Service {
  readonly port: number;
  readonly protocol: string;
  readonly names: readonly string[];
}

/** The services the machine knows by name (services(5)), in the file's order. */
export function readServices(p: Process): Service[] {
  return linesOfFile(p, '/etc/services').flatMap((line) => {
    const [name = '', number = '', ...aliases] = line.split(/[ \t]+/);
    const [port, protocol] = number.split('/');
    return protocol === undefined ? [] : [{ port: Number(port), protocol, names: [name, ...aliases] }];
  });
}

/** getservbyport(3). */
export function serviceName(services: readonly Service[], port: number, protocol: string): string | undefined {
  return services.find((service) => service.port === port && service.protocol === protocol)?.names[0];
}

/** A line of /etc/protocols. */
interface Protocol {
  readonly number: number;
  readonly names: readonly string[];
}

/** The protocols of IP that the machine knows by name (protocols(5)); the file is read as far as they are asked for. */
export function* readProtocols(p: Process): Generator<Protocol> {
  for (const line of linesIn(p, '/etc/protocols')) {
    const [name = '', number = '', ...aliases] = line.split(/[ \t]+/);
    yield { number: Number(number), names: [name, ...aliases] };
  }
}

/** getprotobyname(3). */
export function protocolNamed(p: Process, ...names: readonly string[]): number | undefined {
  for (const protocol of readProtocols(p)) if (names.some((name) => protocol.names.includes(name))) return protocol.number;
  return undefined;
}

/** getprotobynumber(3): its official name. */
export function protocolName(p: Process, number: number): string | undefined {
  for (const protocol of readProtocols(p)) if (protocol.number === number) return protocol.names[0];
  return undefined;
}
