// docker login and docker logout (docker/cli, cli/command/registry).

import { isError } from '../../../base/result.ts';
import { text } from '../../../base/utf8.ts';
import { DockerError, failed } from '../../../docker/error.ts';
import type { Sys } from '../../../machine/process.ts';
import { askHidden } from '../../lib/ask-hidden.ts';
import { type Credentials, RegistryClient } from '../registry/registry-client.ts';
import { type Client, ClientError, daemonError } from './client.ts';
import { hostnameOf } from './config-file.ts';
import type { Flags } from './flags.ts';

/** What Docker Hub's credentials are stored under. */
export const HUB_SERVER = 'https://index.docker.io/v1/';
const WELCOME =
  "Login with your Docker ID to push and pull images from Docker Hub. If you don't have a Docker ID, head over to https://hub.docker.com to create one.";

export function* login(client: Client, flags: Flags, [server = HUB_SERVER]: readonly string[]): Sys<number> {
  const username = flags.string('username');
  const password = yield* givenPassword(client, flags);
  const stored = username === '' && password === '' ? client.configFile.credentials(server) : undefined;
  let credentials = stored;
  let known = false;
  if (credentials !== undefined) {
    yield* client.line('Authenticating with existing credentials...');
    try {
      yield* ask(client, server, credentials);
      known = true;
    } catch (thrown) {
      if (!(thrown instanceof DockerError)) throw thrown;
      yield* client.warn(`Login did not succeed, error: ${daemonError(thrown)}`);
    }
  }
  if (credentials === undefined || !known) {
    credentials = yield* askCredentials(client, username, password, stored?.username ?? '', server === HUB_SERVER);
    yield* ask(client, server, credentials);
  }
  client.configFile.store(server, credentials);
  yield* client.warn(
    `WARNING! Your password will be stored unencrypted in ${client.configFile.path}.\nConfigure a credential helper to remove this warning. See\nhttps://docs.docker.com/engine/reference/commandline/login/#credentials-store\n`,
  );
  yield* client.line('Login Succeeded');
  return 0;
}

export function* logout(client: Client, _flags: Flags, [server = HUB_SERVER]: readonly string[]): Sys<number> {
  yield* client.line(`Removing login credentials for ${server === HUB_SERVER ? server : hostnameOf(server)}`);
  client.configFile.erase(server);
  return 0;
}

/** From -p or --password-stdin; '' if neither is given. */
function* givenPassword(client: Client, flags: Flags): Sys<string> {
  const password = flags.string('password');
  if (password !== '') {
    yield* client.warn('WARNING! Using --password via the CLI is insecure. Use --password-stdin.');
    if (flags.bool('password-stdin')) throw new ClientError('--password and --password-stdin are mutually exclusive');
  }
  if (!flags.bool('password-stdin')) return password;
  if (flags.string('username') === '') throw new ClientError('Must provide --username with --password-stdin');
  const data = yield* client.p.readAll(0);
  return isError(data) ? '' : text(data).replace(/\n$/, '').replace(/\r$/, '');
}

/** command.ConfigureAuth. */
function* askCredentials(client: Client, user: string, given: string, last: string, hub: boolean): Sys<Credentials> {
  if (given === '' && client.p.terminal(0) === undefined) {
    throw new ClientError('Error: Cannot perform an interactive login from a non TTY device');
  }
  let username = user.trim();
  if (username === '') {
    if (hub) yield* client.line(WELCOME);
    yield* client.c.print(last === '' ? 'Username: ' : `Username (${last}): `);
    yield* client.c.flush();
    const line = yield* client.p.readLine(0);
    username = (typeof line === 'string' ? line.trim() : '') || last;
  }
  if (username === '') throw new ClientError('Error: Non-null Username Required');
  const password = given === '' ? yield* askHidden(client.c, 'Password: ') : given;
  if (password === '') throw new ClientError('Error: Password Required');
  return { username, password };
}

/** The daemon asks the registry; throws what it answers. */
function* ask(client: Client, server: string, credentials: Credentials): Sys<void> {
  const { host } = client.engine;
  const registry = new RegistryClient(
    host.daemon,
    server === HUB_SERVER ? 'docker.io' : hostnameOf(server),
    '',
    host.config.insecureRegistries,
  );
  const refused = yield* registry.login(credentials);
  if (refused !== undefined) throw failed(refused.text);
}
