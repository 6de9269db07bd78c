// Commands of images, and building them.

import { action, atLeast, atMost, exactly, group, named, noArguments } from '../command-spec.ts';
import { bool, bytes, int, list, strings, text } from '../flag.ts';
import { checkExtraHost, checkFilter, checkImageName, checkLabel, checkUlimit } from '../flag-value.ts';

export const IMAGE_BUILD = action({
  usage: '[OPTIONS] PATH | URL | -',
  short: 'Build an image from a Dockerfile',
  args: exactly(1),
  flags: {
    'add-host': list('Add a custom host-to-IP mapping (host:ip)', {}, checkExtraHost),
    'build-arg': list('Set build-time variables'),
    'cache-from': strings('Images to consider as cache sources'),
    'cgroup-parent': text('Optional parent cgroup for the container'),
    compress: bool('Compress the build context using gzip'),
    'cpu-period': int('Limit the CPU CFS (Completely Fair Scheduler) period'),
    'cpu-quota': int('Limit the CPU CFS (Completely Fair Scheduler) quota'),
    'cpu-shares': int('CPU shares (relative weight)', { short: 'c' }),
    'cpuset-cpus': text('CPUs in which to allow execution (0-3, 0,1)'),
    'cpuset-mems': text('MEMs in which to allow execution (0-3, 0,1)'),
    'disable-content-trust': bool('Skip image verification', { initial: true, shown: 'true' }),
    file: text("Name of the Dockerfile (Default is 'PATH/Dockerfile')", { short: 'f' }),
    'force-rm': bool('Always remove intermediate containers'),
    iidfile: text('Write the image ID to the file'),
    isolation: text('Container isolation technology'),
    label: list('Set metadata for an image', {}, checkLabel),
    memory: bytes('Memory limit', { short: 'm' }),
    'memory-swap': bytes("Swap limit equal to memory plus swap: '-1' to enable unlimited swap", { minusOne: true }),
    network: text('Set the networking mode for the RUN instructions during build', { initial: 'default', shown: '"default"' }),
    'no-cache': bool('Do not use cache when building the image'),
    pull: bool('Always attempt to pull a newer version of the image'),
    quiet: bool('Suppress the build output and print image ID on success', { short: 'q' }),
    rm: bool('Remove intermediate containers after a successful build', { initial: true, shown: 'true' }),
    'security-opt': strings('Security options'),
    'shm-size': bytes('Size of /dev/shm'),
    tag: list("Name and optionally a tag in the 'name:tag' format", { short: 't' }, checkImageName),
    target: text('Set the target build stage to build.'),
    ulimit: list('Ulimit options', { shown: '[]' }, checkUlimit, 'ulimit'),
    squash: bool('Squash newly built layers into a single new layer', { hidden: true }),
  },
});

export const IMAGE_HISTORY = action({
  usage: '[OPTIONS] IMAGE',
  short: 'Show the history of an image',
  args: exactly(1),
  flags: {
    format: text('Pretty-print images using a Go template'),
    human: bool('Print sizes and dates in human readable format', { short: 'H', initial: true, shown: 'true' }),
    'no-trunc': bool("Don't truncate output"),
    quiet: bool('Only show image IDs', { short: 'q' }),
  },
});

export const IMAGE_IMPORT = action({
  usage: '[OPTIONS] file|URL|- [REPOSITORY[:TAG]]',
  short: 'Import the contents from a tarball to create a filesystem image',
  args: atLeast(1),
  flags: {
    change: list('Apply Dockerfile instruction to the created image', { short: 'c' }),
    message: text('Set commit message for imported image', { short: 'm' }),
    platform: text('Set platform if server is multi-platform capable'),
  },
});

export const IMAGE_INSPECT = action({
  usage: '[OPTIONS] IMAGE [IMAGE...]',
  short: 'Display detailed information on one or more images',
  args: atLeast(1),
  flags: {
    format: text('Format the output using the given Go template', { short: 'f' }),
  },
});

export const IMAGE_LOAD = action({
  usage: '[OPTIONS]',
  short: 'Load an image from a tar archive or STDIN',
  args: noArguments,
  flags: {
    input: text('Read from tar archive file, instead of STDIN', { short: 'i' }),
    quiet: bool('Suppress the load output', { short: 'q' }),
  },
});

export const IMAGE_LS = action({
  usage: '[OPTIONS] [REPOSITORY[:TAG]]',
  short: 'List images',
  args: atMost(1),
  flags: {
    all: bool('Show all images (default hides intermediate images)', { short: 'a' }),
    digests: bool('Show digests'),
    filter: list('Filter output based on conditions provided', { short: 'f' }, checkFilter, 'filter'),
    format: text('Pretty-print images using a Go template'),
    'no-trunc': bool("Don't truncate output"),
    quiet: bool('Only show image IDs', { short: 'q' }),
  },
});

export const IMAGE_PRUNE = action({
  usage: '[OPTIONS]',
  short: 'Remove unused images',
  args: noArguments,
  flags: {
    all: bool('Remove all unused images, not just dangling ones', { short: 'a' }),
    filter: list("Provide filter values (e.g. 'until=<timestamp>')", {}, checkFilter, 'filter'),
    force: bool('Do not prompt for confirmation', { short: 'f' }),
  },
});

export const IMAGE_PULL = action({
  usage: '[OPTIONS] NAME[:TAG|@DIGEST]',
  short: 'Pull an image or a repository from a registry',
  args: exactly(1),
  flags: {
    'all-tags': bool('Download all tagged images in the repository', { short: 'a' }),
    'disable-content-trust': bool('Skip image verification', { initial: true, shown: 'true' }),
    platform: text('Set platform if server is multi-platform capable'),
    quiet: bool('Suppress verbose output', { short: 'q' }),
  },
});

export const IMAGE_PUSH = action({
  usage: '[OPTIONS] NAME[:TAG]',
  short: 'Push an image or a repository to a registry',
  args: exactly(1),
  flags: {
    'all-tags': bool('Push all tagged images in the repository', { short: 'a' }),
    'disable-content-trust': bool('Skip image signing', { initial: true, shown: 'true' }),
    quiet: bool('Suppress verbose output', { short: 'q' }),
  },
});

export const IMAGE_RM = action({
  usage: '[OPTIONS] IMAGE [IMAGE...]',
  short: 'Remove one or more images',
  args: atLeast(1),
  flags: {
    force: bool('Force removal of the image', { short: 'f' }),
    'no-prune': bool('Do not delete untagged parents'),
  },
});

export const IMAGE_SAVE = action({
  usage: '[OPTIONS] IMAGE [IMAGE...]',
  short: 'Save one or more images to a tar archive (streamed to STDOUT by default)',
  args: atLeast(1),
  flags: {
    output: text('Write to a file, instead of STDOUT', { short: 'o' }),
  },
});

export const IMAGE_TAG = action({
  usage: 'SOURCE_IMAGE[:TAG] TARGET_IMAGE[:TAG]',
  short: 'Create a tag TARGET_IMAGE that refers to SOURCE_IMAGE',
  args: exactly(2),
  flags: {},
});

export const IMAGE = group('image', 'Manage images', [
  named('build', IMAGE_BUILD),
  named('history', IMAGE_HISTORY),
  named('import', IMAGE_IMPORT),
  named('inspect', IMAGE_INSPECT),
  named('load', IMAGE_LOAD),
  named('ls', IMAGE_LS, { aliases: ['list'] }),
  named('prune', IMAGE_PRUNE),
  named('pull', IMAGE_PULL),
  named('push', IMAGE_PUSH),
  named('rm', IMAGE_RM, { aliases: ['rmi', 'remove'] }),
  named('save', IMAGE_SAVE),
  named('tag', IMAGE_TAG),
]);

const BUILDER_PRUNE = action({
  usage: '',
  short: 'Remove build cache',
  args: noArguments,
  flags: {
    all: bool('Remove all unused build cache, not just dangling ones', { short: 'a' }),
    filter: list("Provide filter values (e.g. 'until=24h')", {}, checkFilter, 'filter'),
    force: bool('Do not prompt for confirmation', { short: 'f' }),
    'keep-storage': bytes('Amount of disk space to keep for cache'),
  },
});

export const BUILDER = group('builder', 'Manage builds', [named('build', IMAGE_BUILD), named('prune', BUILDER_PRUNE)]);
