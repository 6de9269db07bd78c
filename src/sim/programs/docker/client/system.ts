import { NS_PER_MS } from '../../../base/time.ts';
import type { Json } from '../../../docker/inspect/json.ts';
import { ENGINE_VERSION, systemInfo, systemVersion } from '../../../docker/inspect/system.ts';
import type { Sys } from '../../../machine/process.ts';
import { GIT_COMMIT, VERSION } from '../cli/run.ts';
import { INFO, VERSION_INFO } from '../template/api-system.ts';
import { DOCKER_FUNCTIONS } from '../template/docker-functions.ts';
import { executeTemplate } from '../template/execute.ts';
import { parseDockerTemplate } from '../template/inspect.ts';
import { decode, type Json as TemplateJson } from '../template/json.ts';
import { TemplateError } from '../template/template-error.ts';
import type { GoType } from '../template/value.ts';
import { type Client, ClientError } from './client.ts';
import type { Flags } from './flags.ts';
import { binarySize } from './list.ts';

const INFO_NS = 20 * NS_PER_MS;
const { goVersion, built } = ENGINE_VERSION;

/** docker version. */
export function* version(client: Client, flags: Flags): Sys<number> {
  yield* client.takes(INFO_NS);
  const format = flags.string('format');
  const { refusal, engine } = engineOf(client);
  const server = engine === undefined ? null : systemVersion(engine);
  if (format !== '') {
    const document = { Client: clientVersion(), Server: server };
    try {
      const status = yield* printFormatted(client, format, 'version', VERSION_INFO, document);
      if (refusal === undefined) return status;
    } catch (thrown) {
      // That there is no engine says more than what a template misses of it.
      if (refusal === undefined || !(thrown instanceof ClientError) || thrown.status === 64) throw thrown;
    }
    throw refusal;
  }
  yield* client.c.print(`Client:\n${lines(' ', 19, CLIENT_LINES)}`);
  if (refusal !== undefined) throw refusal;
  yield* client.c.print(`\nServer:\n Engine:\n${lines('  ', 19, SERVER_LINES)}`);
  for (const { name, version: number, commit } of ENGINE_VERSION.components) {
    yield* client.c.print(
      ` ${name}:\n${lines('  ', 19, [
        ['Version', number],
        ['GitCommit', commit],
      ])}`,
    );
  }
  return 0;
}

const CLIENT_LINES: readonly (readonly [string, string])[] = [
  ['Version', VERSION],
  ['API version', ENGINE_VERSION.api],
  ['Go version', goVersion],
  ['Git commit', GIT_COMMIT],
  ['Built', built],
  ['OS/Arch', 'linux/amd64'],
  ['Context', 'default'],
  ['Experimental', 'true'],
];
const SERVER_LINES: readonly (readonly [string, string])[] = [
  ['Version', VERSION],
  ['API version', `${ENGINE_VERSION.api} (minimum version ${ENGINE_VERSION.minApi})`],
  ['Go version', goVersion],
  ['Git commit', ENGINE_VERSION.commit],
  ['Built', built],
  ['OS/Arch', 'linux/amd64'],
  ['Experimental', 'false'],
];

const lines = (indent: string, width: number, pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([key, value]) => `${indent}${`${key}:`.padEnd(width - indent.length + 1)}${value}\n`).join('');

const clientVersion = (): Json => ({
  Platform: { Name: '' },
  Version: VERSION,
  ApiVersion: ENGINE_VERSION.api,
  DefaultAPIVersion: ENGINE_VERSION.api,
  GitCommit: GIT_COMMIT,
  GoVersion: goVersion,
  Os: 'linux',
  Arch: 'amd64',
  BuildTime: built,
  Context: 'default',
  Experimental: true,
});

/** docker info. */
export function* info(client: Client, flags: Flags): Sys<number> {
  yield* client.takes(INFO_NS);
  const format = flags.string('format');
  const { refusal, engine } = engineOf(client);
  const document = engine === undefined ? undefined : systemInfo(engine);
  if (format !== '') {
    const own = { ClientInfo: { Debug: false, Context: 'default', Plugins: [], Warnings: null } };
    const errors = refusal === undefined ? {} : { ServerErrors: [refusal.text] };
    return yield* printFormatted(client, format, '', INFO, { ...document, ...errors, ...own });
  }
  yield* client.c.print('Client:\n Context:    default\n Debug Mode: false\n\nServer:\n');
  if (document === undefined) {
    yield* client.warn(`ERROR: ${refusal?.text ?? ''}\nerrors pretty printing info`);
    return 1;
  }
  yield* client.c.print(infoText(document));
  for (const warning of document.Warnings ?? []) yield* client.warn(warning);
  return 0;
}

function infoText(document: ReturnType<typeof systemInfo>): string {
  const { Plugins: plugins, DriverStatus: status, RegistryConfig: registries } = document;
  const list = (names: readonly string[]): string => names.join(' ');
  const out = [
    `Containers: ${document.Containers}`,
    ` Running: ${document.ContainersRunning}`,
    ` Paused: ${document.ContainersPaused}`,
    ` Stopped: ${document.ContainersStopped}`,
    `Images: ${document.Images}`,
    `Server Version: ${document.ServerVersion}`,
    `Storage Driver: ${document.Driver}`,
    ...status.map(([key, value]) => ` ${key}: ${value}`),
    `Logging Driver: ${document.LoggingDriver}`,
    `Cgroup Driver: ${document.CgroupDriver}`,
    `Cgroup Version: ${document.CgroupVersion}`,
    'Plugins:',
    ` Volume: ${list(plugins.Volume)}`,
    ` Network: ${list(plugins.Network)}`,
    ` Log: ${list(plugins.Log)}`,
    'Swarm: inactive',
    `Runtimes: ${list(Object.keys(document.Runtimes))}`,
    `Default Runtime: ${document.DefaultRuntime}`,
    `Init Binary: ${document.InitBinary}`,
    `containerd version: ${document.ContainerdCommit.ID}`,
    `runc version: ${document.RuncCommit.ID}`,
    `init version: ${document.InitCommit.ID}`,
    'Security Options:',
    ' seccomp',
    '  Profile: default',
    `Kernel Version: ${document.KernelVersion}`,
    `Operating System: ${document.OperatingSystem}`,
    `OSType: ${document.OSType}`,
    `Architecture: ${document.Architecture}`,
    `CPUs: ${document.NCPU}`,
    `Total Memory: ${binarySize(document.MemTotal)}`,
    `Name: ${document.Name}`,
    `ID: ${document.ID}`,
    `Docker Root Dir: ${document.DockerRootDir}`,
    `Debug Mode: ${document.Debug}`,
    ...(document.Debug
      ? [
          ` File Descriptors: ${document.NFd}`,
          ` Goroutines: ${document.NGoroutines}`,
          ` System Time: ${document.SystemTime}`,
          ` EventsListeners: ${document.NEventsListener}`,
        ]
      : []),
    `Registry: ${document.IndexServerAddress}`,
    'Labels:',
    ...document.Labels.map((label) => ` ${label}`),
    `Experimental: ${document.ExperimentalBuild}`,
    'Insecure Registries:',
    ...Object.values(registries.IndexConfigs).flatMap(({ Secure, Name }) => (Secure ? [] : [` ${Name}`])),
    ...registries.InsecureRegistryCIDRs.map((cidr) => ` ${cidr}`),
    ...(registries.Mirrors.length > 0 ? ['Registry Mirrors:', ...registries.Mirrors.map((url) => ` ${url}`)] : []),
    `Live Restore Enabled: ${document.LiveRestoreEnabled}`,
    ...(document.DefaultAddressPools === undefined
      ? []
      : ['Default Address Pools:', ...document.DefaultAddressPools.map(({ Base, Size }) => `  Base: ${Base}, Size: ${Size}`)]),
  ];
  return `${out.map((line) => ` ${line}`).join('\n')}\n\n`;
}

/** The engine, or why there is none. */
function engineOf(client: Client): { readonly engine?: Client['engine']; readonly refusal?: ClientError } {
  try {
    return { engine: client.engine };
  } catch (thrown) {
    if (thrown instanceof ClientError) return { refusal: thrown };
    throw thrown;
  }
}

/** What fails while it is printed ends the line first. */
function* printFormatted(client: Client, format: string, name: string, type: GoType, document: Json): Sys<number> {
  const template = parseDockerTemplate(format, name);
  if (template instanceof TemplateError) throw new ClientError(`template parsing error: ${template.message}`, 64);
  const { output, error } = executeTemplate(template, decode(type, document as TemplateJson), { functions: DOCKER_FUNCTIONS });
  yield* client.line(output);
  if (error === undefined) return 0;
  throw new ClientError(error.message);
}
