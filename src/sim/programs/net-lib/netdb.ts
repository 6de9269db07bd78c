import type { Process } from '../../machine/process.ts';
import { linesOfFile } from './hosts-file.ts';

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

/** The protocols of IP that the machine knows by name (protocols(5)): number and names. */
export function readProtocols(p: Process): { readonly number: number; readonly names: readonly string[] }[] {
  return linesOfFile(p, '/etc/protocols').map((line) => {
    const [name = '', number = '', ...aliases] = line.split(/[ \t]+/);
    return { number: Number(number), names: [name, ...aliases] };
  });
}
