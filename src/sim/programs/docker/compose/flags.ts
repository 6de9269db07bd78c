// The commands of docker compose and their options (docs.docker.com/reference/cli/docker/compose, version 2.17).

import { type Action, type ArgumentRule, action, anyArguments, atLeast, between, exactly } from '../cli/command-spec.ts';
import { bool, type FlagTable, int, list, strings, text } from '../cli/flag.ts';

const timeout = int('Specify a shutdown timeout in seconds', { short: 't', initial: 10, shown: '10' });

const command = (usage: string, short: string, flags: FlagTable, args: ArgumentRule = anyArguments): Action<FlagTable> =>
  action({ usage, short, flags, args });

export const GLOBAL: FlagTable = {
  ansi: text('Control when to print ANSI control characters ("never"|"always"|"auto")', { initial: 'auto', shown: '"auto"' }),
  compatibility: bool('Run compose in backward compatibility mode'),
  'env-file': text('Specify an alternate environment file.'),
  file: strings('Compose configuration files', { short: 'f' }),
  profile: strings('Specify a profile to enable'),
  'project-directory': text('Specify an alternate working directory\n(default: the path of the, first specified, Compose file)'),
  'project-name': text('Project name', { short: 'p' }),
  version: bool('Show the Docker Compose version information', { short: 'v' }),
};

export const COMMANDS = {
  build: command('[OPTIONS] [SERVICE...]', 'Build or rebuild services', {
    'build-arg': list('Set build-time variables for services.'),
    'no-cache': bool('Do not use cache when building the image'),
    pull: bool('Always attempt to pull a newer version of the image.'),
    quiet: bool("Don't print anything to STDOUT", { short: 'q' }),
  }),
  config: command('[OPTIONS] [SERVICE...]', 'Parse, resolve and render compose file in canonical format', {
    images: bool('Print the image names, one per line.'),
    quiet: bool("Only validate the configuration, don't print anything.", { short: 'q' }),
    services: bool('Print the service names, one per line.'),
    volumes: bool('Print the volume names, one per line.'),
  }),
  create: command('[OPTIONS] [SERVICE...]', 'Creates containers for a service.', {
    build: bool('Build images before starting containers.'),
    'force-recreate': bool("Recreate containers even if their configuration and image haven't changed."),
    'no-recreate': bool("If containers already exist, don't recreate them. Incompatible with --force-recreate."),
  }),
  down: command('[OPTIONS] [SERVICES]', 'Stop and remove containers, networks', {
    'remove-orphans': bool('Remove containers for services not defined in the Compose file.'),
    rmi: text('Remove images used by services. "local" remove only images that don\'t have a custom tag ("local"|"all")'),
    timeout,
    volumes: bool(
      'Remove named volumes declared in the `volumes` section of the Compose file and anonymous volumes attached to containers.',
      {
        short: 'v',
      },
    ),
  }),
  exec: {
    ...command(
      '[OPTIONS] SERVICE COMMAND [ARGS...]',
      'Execute a command in a running container.',
      {
        detach: bool('Detached mode: Run command in the background.', { short: 'd' }),
        env: list('Set environment variables', { short: 'e' }),
        index: int('index of the container if there are multiple instances of a service', { initial: 1, shown: '1' }),
        'no-TTY': bool('Disable pseudo-TTY allocation. By default `docker compose exec` allocates a TTY.', { short: 'T' }),
        privileged: bool('Give extended privileges to the process.'),
        user: text('Run the command as this user.', { short: 'u' }),
        workdir: text('Path to workdir directory for this command.', { short: 'w' }),
      },
      atLeast(2),
    ),
    stopsAtArgument: true,
  },
  images: command('[OPTIONS] [SERVICE...]', 'List images used by the created containers', {
    quiet: bool('Only display IDs', { short: 'q' }),
  }),
  kill: command('[OPTIONS] [SERVICE...]', 'Force stop service containers.', {
    signal: text('SIGNAL to send to the container.', { short: 's', initial: 'SIGKILL', shown: '"SIGKILL"' }),
  }),
  logs: command('[OPTIONS] [SERVICE...]', 'View output from containers', {
    follow: bool('Follow log output.', { short: 'f' }),
    'no-color': bool('Produce monochrome output.'),
    'no-log-prefix': bool("Don't print prefix in logs."),
    tail: text('Number of lines to show from the end of the logs for each container.', { short: 'n', initial: 'all', shown: '"all"' }),
    timestamps: bool('Show timestamps.', { short: 't' }),
  }),
  ls: command('[OPTIONS]', 'List running compose projects', {
    all: bool('Show all stopped Compose projects', { short: 'a' }),
    quiet: bool('Only display IDs.', { short: 'q' }),
  }),
  pause: command('[SERVICE...]', 'Pause services', {}),
  port: command(
    '[OPTIONS] SERVICE PRIVATE_PORT',
    'Print the public port for a port binding.',
    {
      index: int('index of the container if service has multiple replicas', { initial: 1, shown: '1' }),
      protocol: text('tcp or udp', { initial: 'tcp', shown: '"tcp"' }),
    },
    exactly(2),
  ),
  ps: command('[OPTIONS] [SERVICE...]', 'List containers', {
    all: bool('Show all stopped containers (including those created by the run command)', { short: 'a' }),
    quiet: bool('Only display IDs', { short: 'q' }),
    services: bool('Display services'),
  }),
  pull: command('[OPTIONS] [SERVICE...]', 'Pull service images', {
    quiet: bool('Pull without printing progress information.', { short: 'q' }),
  }),
  restart: command('[OPTIONS] [SERVICE...]', 'Restart service containers', { timeout }),
  rm: command('[OPTIONS] [SERVICE...]', 'Removes stopped service containers', {
    force: bool("Don't ask to confirm removal", { short: 'f' }),
    stop: bool('Stop the containers, if required, before removing', { short: 's' }),
    volumes: bool('Remove any anonymous volumes attached to containers', { short: 'v' }),
  }),
  run: {
    ...command(
      '[OPTIONS] SERVICE [COMMAND] [ARGS...]',
      'Run a one-off command on a service.',
      {
        detach: bool('Run container in background and print container ID', { short: 'd' }),
        entrypoint: text('Override the entrypoint of the image'),
        env: list('Set environment variables', { short: 'e' }),
        name: text('Assign a name to the container'),
        'no-TTY': bool('Disable pseudo-TTY allocation (default: auto-detected).', { short: 'T' }),
        'no-deps': bool("Don't start linked services."),
        publish: list("Publish a container's port(s) to the host.", { short: 'p' }),
        rm: bool('Automatically remove the container when it exits'),
        'service-ports': bool("Run command with the service's ports enabled and mapped to the host."),
        user: text('Run as specified username or uid', { short: 'u' }),
        workdir: text('Working directory inside the container', { short: 'w' }),
      },
      atLeast(1),
    ),
    stopsAtArgument: true,
  },
  start: command('[SERVICE...]', 'Start services', {}),
  stop: command('[OPTIONS] [SERVICE...]', 'Stop services', { timeout }),
  top: command('[SERVICES...]', 'Display the running processes', {}),
  unpause: command('[SERVICE...]', 'Unpause services', {}),
  up: command('[OPTIONS] [SERVICE...]', 'Create and start containers', {
    'abort-on-container-exit': bool('Stops all containers if any container was stopped. Incompatible with -d'),
    build: bool('Build images before starting containers.'),
    detach: bool('Detached mode: Run containers in the background', { short: 'd' }),
    'exit-code-from': text('Return the exit code of the selected service container. Implies --abort-on-container-exit'),
    'force-recreate': bool("Recreate containers even if their configuration and image haven't changed."),
    'no-color': bool('Produce monochrome output.'),
    'no-deps': bool("Don't start linked services."),
    'no-log-prefix': bool("Don't print prefix in logs."),
    'no-recreate': bool("If containers already exist, don't recreate them. Incompatible with --force-recreate."),
    'no-start': bool("Don't start the services after creating them."),
    'remove-orphans': bool('Remove containers for services not defined in the Compose file.'),
    scale: strings('Scale SERVICE to NUM instances. Overrides the `scale` setting in the Compose file if present.'),
    timeout,
    wait: bool('Wait for services to be running|healthy. Implies detached mode.'),
  }),
  version: command(
    '[OPTIONS]',
    'Show the Docker Compose version information',
    { short: bool("Shows only Compose's version number.") },
    between(0, 0),
  ),
} satisfies Readonly<Record<string, Action<FlagTable>>>;
