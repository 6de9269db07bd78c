import { isHub } from '../../../docker/image/reference.ts';
import { RegistryClient } from '../registry/registry-client.ts';
import type { Client } from './client.ts';
import { HUB_SERVER } from './login.ts';

/** A repository's registry as the daemon sees it, with the credentials that the client has for it. */
export function registryClient(client: Client, host: string, path: string): RegistryClient {
  const { daemon, config } = client.engine.host;
  return new RegistryClient(daemon, host, path, config.insecureRegistries, client.configFile.credentials(isHub(host) ? HUB_SERVER : host));
}
