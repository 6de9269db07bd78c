import type { HealthConfig } from '../../../docker/image/image.ts';

/** A Compose file's value as YAML has it. */
export type Yaml = null | boolean | number | string | readonly Yaml[] | YamlMap;
export interface YamlMap {
  readonly [key: string]: Yaml;
}

export type Condition = 'service_started' | 'service_healthy' | 'service_completed_successfully';

/** How a service is in a network. */
export interface ServiceNetwork {
  readonly aliases: readonly string[];
  readonly ipv4: string;
  readonly ipv6: string;
  readonly priority: number;
}

export interface BuildSection {
  /** Absolute. */
  readonly context: string;
  readonly dockerfile: string;
  readonly args: readonly string[];
  readonly target: string;
}

/** A service after everything short has been written out. */
export interface Service {
  readonly name: string;
  /** As written, with variables' values: what its containers are compared with. */
  readonly source: YamlMap;
  readonly image: string | undefined;
  readonly build: BuildSection | undefined;
  readonly containerName: string | undefined;
  readonly command: readonly string[] | undefined;
  readonly entrypoint: readonly string[] | undefined;
  readonly environment: ReadonlyMap<string, string>;
  readonly ports: readonly string[];
  readonly expose: readonly string[];
  /** By the key in the file; empty with a network mode. */
  readonly networks: ReadonlyMap<string, ServiceNetwork>;
  readonly networkMode: string | undefined;
  readonly dependsOn: ReadonlyMap<string, Condition>;
  readonly links: readonly string[];
  /** `SOURCE:TARGET[:MODE]` with absolute sources or keys of volumes; `TARGET` alone is anonymous. */
  readonly volumes: readonly string[];
  readonly restart: string;
  readonly healthcheck: HealthConfig | undefined;
  readonly labels: ReadonlyMap<string, string>;
  readonly scale: number;
  readonly profiles: readonly string[];
  /** hostname, user, dns and the like, by the file's own key. */
  readonly text: (key: string) => string;
  readonly list: (key: string) => readonly string[];
  readonly flag: (key: string) => boolean;
}

/** A network or a volume of the file. */
export interface Resource {
  readonly key: string;
  /** On the host. */
  readonly name: string;
  readonly external: boolean;
  readonly source: YamlMap;
}

export interface Project {
  readonly name: string;
  readonly directory: string;
  readonly files: readonly string[];
  /** In the order of their names. */
  readonly services: readonly Service[];
  readonly networks: ReadonlyMap<string, Resource>;
  readonly volumes: ReadonlyMap<string, Resource>;
}
