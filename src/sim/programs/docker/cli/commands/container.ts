// Commands of containers.

import { action, anyArguments, atLeast, between, exactly, group, named, noArguments } from '../command-spec.ts';
import { bool, bytes, decimal, int, list, text, uint } from '../flag.ts';
import { checkEnv, checkFilter } from '../flag-value.ts';
import { CONTAINER_FLAGS } from './container-flags.ts';

export const CONTAINER_ATTACH = action({
  usage: '[OPTIONS] CONTAINER',
  short: 'Attach local standard input, output, and error streams to a running container',
  args: exactly(1),
  flags: {
    'detach-keys': text('Override the key sequence for detaching a container'),
    'no-stdin': bool('Do not attach STDIN'),
    'sig-proxy': bool('Proxy all received signals to the process', { initial: true, shown: 'true' }),
  },
});

export const CONTAINER_COMMIT = action({
  usage: '[OPTIONS] CONTAINER [REPOSITORY[:TAG]]',
  short: "Create a new image from a container's changes",
  args: between(1, 2),
  flags: {
    author: text('Author (e.g., "John Hannibal Smith <hannibal@a-team.com>")', { short: 'a' }),
    change: list('Apply Dockerfile instruction to the created image', { short: 'c' }),
    message: text('Commit message', { short: 'm' }),
    pause: bool('Pause container during commit', { short: 'p', initial: true, shown: 'true' }),
  },
});

export const CONTAINER_CP = action({
  usage: ['[OPTIONS] CONTAINER:SRC_PATH DEST_PATH|-', '	docker cp [OPTIONS] SRC_PATH|- CONTAINER:DEST_PATH'].join('\n'),
  short: 'Copy files/folders between a container and the local filesystem',
  long: [
    'Copy files/folders between a container and the local filesystem',
    '',
    "Use '-' as the source to read a tar archive from stdin",
    'and extract it to a directory destination in a container.',
    "Use '-' as the destination to stream a tar archive of a",
    'container source to stdout.',
  ].join('\n'),
  args: exactly(2),
  flags: {
    archive: bool('Archive mode (copy all uid/gid information)', { short: 'a' }),
    'follow-link': bool('Always follow symbol link in SRC_PATH', { short: 'L' }),
  },
});

export const CONTAINER_CREATE = action({
  usage: '[OPTIONS] IMAGE [COMMAND] [ARG...]',
  short: 'Create a new container',
  args: atLeast(1),
  flags: CONTAINER_FLAGS,
  stopsAtArgument: true,
});

export const CONTAINER_DIFF = action({
  usage: 'CONTAINER',
  short: "Inspect changes to files or directories on a container's filesystem",
  args: exactly(1),
  flags: {},
});

export const CONTAINER_EXEC = action({
  usage: '[OPTIONS] CONTAINER COMMAND [ARG...]',
  short: 'Run a command in a running container',
  args: atLeast(2),
  flags: {
    detach: bool('Detached mode: run command in the background', { short: 'd' }),
    'detach-keys': text('Override the key sequence for detaching a container'),
    env: list('Set environment variables', { short: 'e' }, checkEnv),
    'env-file': list('Read in a file of environment variables'),
    interactive: bool('Keep STDIN open even if not attached', { short: 'i' }),
    privileged: bool('Give extended privileges to the command'),
    tty: bool('Allocate a pseudo-TTY', { short: 't' }),
    user: text('Username or UID (format: <name|uid>[:<group|gid>])', { short: 'u' }),
    workdir: text('Working directory inside the container', { short: 'w' }),
  },
  stopsAtArgument: true,
});

export const CONTAINER_EXPORT = action({
  usage: '[OPTIONS] CONTAINER',
  short: "Export a container's filesystem as a tar archive",
  args: exactly(1),
  flags: {
    output: text('Write to a file, instead of STDOUT', { short: 'o' }),
  },
});

export const CONTAINER_INSPECT = action({
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Display detailed information on one or more containers',
  args: atLeast(1),
  flags: {
    format: text('Format the output using the given Go template', { short: 'f' }),
    size: bool('Display total file sizes', { short: 's' }),
  },
});

export const CONTAINER_KILL = action({
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Kill one or more running containers',
  args: atLeast(1),
  flags: {
    signal: text('Signal to send to the container', { short: 's', initial: 'KILL', shown: '"KILL"' }),
  },
});

export const CONTAINER_LOGS = action({
  usage: '[OPTIONS] CONTAINER',
  short: 'Fetch the logs of a container',
  args: exactly(1),
  flags: {
    details: bool('Show extra details provided to logs'),
    follow: bool('Follow log output', { short: 'f' }),
    since: text('Show logs since timestamp (e.g. 2013-01-02T13:23:37Z) or relative (e.g. 42m for 42 minutes)'),
    tail: text('Number of lines to show from the end of the logs', { short: 'n', initial: 'all', shown: '"all"' }),
    timestamps: bool('Show timestamps', { short: 't' }),
    until: text('Show logs before a timestamp (e.g. 2013-01-02T13:23:37Z) or relative (e.g. 42m for 42 minutes)'),
  },
});

export const CONTAINER_LS = action({
  usage: '[OPTIONS]',
  short: 'List containers',
  args: noArguments,
  flags: {
    all: bool('Show all containers (default shows just running)', { short: 'a' }),
    filter: list('Filter output based on conditions provided', { short: 'f' }, checkFilter, 'filter'),
    format: text('Pretty-print containers using a Go template'),
    last: int('Show n last created containers (includes all states)', { short: 'n', initial: -1, shown: '-1' }),
    latest: bool('Show the latest created container (includes all states)', { short: 'l' }),
    'no-trunc': bool("Don't truncate output"),
    quiet: bool('Only display container IDs', { short: 'q' }),
    size: bool('Display total file sizes', { short: 's' }),
  },
});

export const CONTAINER_PAUSE = action({
  usage: 'CONTAINER [CONTAINER...]',
  short: 'Pause all processes within one or more containers',
  args: atLeast(1),
  flags: {},
});

export const CONTAINER_PORT = action({
  usage: 'CONTAINER [PRIVATE_PORT[/PROTO]]',
  short: 'List port mappings or a specific mapping for the container',
  args: between(1, 2),
  flags: {},
});

export const CONTAINER_PRUNE = action({
  usage: '[OPTIONS]',
  short: 'Remove all stopped containers',
  args: noArguments,
  flags: {
    filter: list("Provide filter values (e.g. 'until=<timestamp>')", {}, checkFilter, 'filter'),
    force: bool('Do not prompt for confirmation', { short: 'f' }),
  },
});

export const CONTAINER_RENAME = action({
  usage: 'CONTAINER NEW_NAME',
  short: 'Rename a container',
  args: exactly(2),
  flags: {},
});

export const CONTAINER_RESTART = action({
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Restart one or more containers',
  args: atLeast(1),
  flags: {
    time: int('Seconds to wait for stop before killing the container', { short: 't', initial: 10, shown: '10' }),
  },
});

export const CONTAINER_RM = action({
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Remove one or more containers',
  args: atLeast(1),
  flags: {
    force: bool('Force the removal of a running container (uses SIGKILL)', { short: 'f' }),
    link: bool('Remove the specified link', { short: 'l' }),
    volumes: bool('Remove anonymous volumes associated with the container', { short: 'v' }),
  },
});

export const CONTAINER_RUN = action({
  usage: '[OPTIONS] IMAGE [COMMAND] [ARG...]',
  short: 'Run a command in a new container',
  args: atLeast(1),
  flags: {
    ...CONTAINER_FLAGS,
    detach: bool('Run container in background and print container ID', { short: 'd' }),
    'detach-keys': text('Override the key sequence for detaching a container'),
    pull: text('Pull image before running ("always"|"missing"|"never")', { initial: 'missing', shown: '"missing"' }),
    'sig-proxy': bool('Proxy received signals to the process', { initial: true, shown: 'true' }),
  },
  stopsAtArgument: true,
});

export const CONTAINER_START = action({
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Start one or more stopped containers',
  args: atLeast(1),
  flags: {
    attach: bool('Attach STDOUT/STDERR and forward signals', { short: 'a' }),
    'detach-keys': text('Override the key sequence for detaching a container'),
    interactive: bool("Attach container's STDIN", { short: 'i' }),
  },
});

export const CONTAINER_STATS = action({
  usage: '[OPTIONS] [CONTAINER...]',
  short: 'Display a live stream of container(s) resource usage statistics',
  args: anyArguments,
  flags: {
    all: bool('Show all containers (default shows just running)', { short: 'a' }),
    format: text('Pretty-print images using a Go template'),
    'no-stream': bool('Disable streaming stats and only pull the first result'),
    'no-trunc': bool('Do not truncate output'),
  },
});

export const CONTAINER_STOP = action({
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Stop one or more running containers',
  args: atLeast(1),
  flags: {
    time: int('Seconds to wait for stop before killing it', { short: 't', initial: 10, shown: '10' }),
  },
});

export const CONTAINER_TOP = action({
  usage: 'CONTAINER [ps OPTIONS]',
  short: 'Display the running processes of a container',
  args: atLeast(1),
  flags: {},
  stopsAtArgument: true,
});

export const CONTAINER_UNPAUSE = action({
  usage: 'CONTAINER [CONTAINER...]',
  short: 'Unpause all processes within one or more containers',
  args: atLeast(1),
  flags: {},
});

export const CONTAINER_UPDATE = action({
  usage: '[OPTIONS] CONTAINER [CONTAINER...]',
  short: 'Update configuration of one or more containers',
  args: atLeast(1),
  flags: {
    'blkio-weight': uint('Block IO (relative weight), between 10 and 1000, or 0 to disable', { shown: '0' }, 16),
    'cpu-period': int('Limit CPU CFS (Completely Fair Scheduler) period'),
    'cpu-quota': int('Limit CPU CFS (Completely Fair Scheduler) quota'),
    'cpu-rt-period': int('Limit the CPU real-time period in microseconds'),
    'cpu-rt-runtime': int('Limit the CPU real-time runtime in microseconds'),
    'cpu-shares': int('CPU shares (relative weight)', { short: 'c' }),
    cpus: decimal('Number of CPUs'),
    'cpuset-cpus': text('CPUs in which to allow execution (0-3, 0,1)'),
    'cpuset-mems': text('MEMs in which to allow execution (0-3, 0,1)'),
    'kernel-memory': bytes('Kernel memory limit'),
    memory: bytes('Memory limit', { short: 'm' }),
    'memory-reservation': bytes('Memory soft limit'),
    'memory-swap': bytes("Swap limit equal to memory plus swap: '-1' to enable unlimited swap", { minusOne: true }),
    'pids-limit': int('Tune container pids limit (set -1 for unlimited)'),
    restart: text('Restart policy to apply when a container exits'),
  },
});

export const CONTAINER_WAIT = action({
  usage: 'CONTAINER [CONTAINER...]',
  short: 'Block until one or more containers stop, then print their exit codes',
  args: atLeast(1),
  flags: {},
});

export const CONTAINER = group('container', 'Manage containers', [
  named('attach', CONTAINER_ATTACH),
  named('commit', CONTAINER_COMMIT),
  named('cp', CONTAINER_CP),
  named('create', CONTAINER_CREATE),
  named('diff', CONTAINER_DIFF),
  named('exec', CONTAINER_EXEC),
  named('export', CONTAINER_EXPORT),
  named('inspect', CONTAINER_INSPECT),
  named('kill', CONTAINER_KILL),
  named('logs', CONTAINER_LOGS),
  named('ls', CONTAINER_LS, { aliases: ['ps', 'list'] }),
  named('pause', CONTAINER_PAUSE),
  named('port', CONTAINER_PORT),
  named('prune', CONTAINER_PRUNE),
  named('rename', CONTAINER_RENAME),
  named('restart', CONTAINER_RESTART),
  named('rm', CONTAINER_RM),
  named('run', CONTAINER_RUN),
  named('start', CONTAINER_START),
  named('stats', CONTAINER_STATS),
  named('stop', CONTAINER_STOP),
  named('top', CONTAINER_TOP),
  named('unpause', CONTAINER_UNPAUSE),
  named('update', CONTAINER_UPDATE),
  named('wait', CONTAINER_WAIT),
]);
