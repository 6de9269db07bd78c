import type { Sys } from '../../../machine/process.ts';
import { DOCKER_FUNCTIONS } from '../template/docker-functions.ts';
import { executeTemplate } from '../template/execute.ts';
import { parseDockerTemplate } from '../template/inspect.ts';
import { decode } from '../template/json.ts';
import { TemplateError } from '../template/parse.ts';
import { BOOL, field, STRING, structOf } from '../template/value.ts';
import { type Client, ClientError } from './client.ts';
import type { Flags } from './flags.ts';

// What Debian 12 has: docker.io 20.10.24+dfsg1-1+deb12u1, containerd 1.6.20, runc 1.1.5.
const COMMON = {
  Version: '20.10.24+dfsg1',
  ApiVersion: '1.41',
  GoVersion: 'go1.19.8',
  Os: 'linux',
  Arch: 'amd64',
  BuildTime: 'Thu May  7 21:09:36 2026',
};
const CLIENT = { ...COMMON, DefaultAPIVersion: '1.41', GitCommit: '297e128', Context: 'default', Experimental: true };
const SERVER = { ...COMMON, MinAPIVersion: '1.12', GitCommit: '5d6db84', Experimental: false };

const COMMON_FIELDS = {
  Version: STRING,
  APIVersion: field(STRING, 'ApiVersion'),
  GitCommit: STRING,
  GoVersion: STRING,
  Os: STRING,
  Arch: STRING,
  BuildTime: STRING,
  Experimental: BOOL,
};
const CLIENT_VERSION = structOf('version.clientVersion', { ...COMMON_FIELDS, DefaultAPIVersion: STRING, Context: STRING });
const SERVER_VERSION = structOf('*types.Version', { ...COMMON_FIELDS, MinAPIVersion: STRING });
const VERSIONS = structOf('version.versionInfo', { Client: CLIENT_VERSION, Server: SERVER_VERSION });

/** docker version: the client's is told even where no engine answers. */
export function* version(client: Client, flags: Flags): Sys<number> {
  let refusal: ClientError | undefined;
  try {
    void client.engine;
  } catch (thrown) {
    if (!(thrown instanceof ClientError)) throw thrown;
    refusal = thrown;
  }
  const format = flags.string('format');
  if (format === '') {
    yield* client.c.print(CLIENT_TEXT + (refusal === undefined ? SERVER_TEXT : ''));
  } else {
    const template = parseDockerTemplate(format, 'version');
    if (template instanceof TemplateError) throw new ClientError(`Template parsing error: ${template.message}`, 64);
    const document = refusal === undefined ? { Client: CLIENT, Server: SERVER } : { Client: CLIENT };
    const { output, error } = executeTemplate(template, decode(VERSIONS, document), { functions: DOCKER_FUNCTIONS });
    yield* client.line(output);
    if (error !== undefined && refusal === undefined) throw new ClientError(error.message);
  }
  if (refusal !== undefined) throw refusal;
  return 0;
}

const CLIENT_TEXT = `Client:
 Version:           ${CLIENT.Version}
 API version:       ${CLIENT.ApiVersion}
 Go version:        ${CLIENT.GoVersion}
 Git commit:        ${CLIENT.GitCommit}
 Built:             ${CLIENT.BuildTime}
 OS/Arch:           ${CLIENT.Os}/${CLIENT.Arch}
 Context:           ${CLIENT.Context}
 Experimental:      ${CLIENT.Experimental}
`;

const SERVER_TEXT = `
Server:
 Engine:
  Version:          ${SERVER.Version}
  API version:      ${SERVER.ApiVersion} (minimum version ${SERVER.MinAPIVersion})
  Go version:       ${SERVER.GoVersion}
  Git commit:       ${SERVER.GitCommit}
  Built:            ${SERVER.BuildTime}
  OS/Arch:          ${SERVER.Os}/${SERVER.Arch}
  Experimental:     ${SERVER.Experimental}
 containerd:
  Version:          1.6.20~ds1
  GitCommit:        1.6.20~ds1-1+deb12u3
 runc:
  Version:          1.1.5+ds1
  GitCommit:        1.1.5+ds1-1+deb12u1
 docker-init:
  Version:          0.19.0
  GitCommit:        ${''}
`;
