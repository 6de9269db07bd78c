import { concat } from '../../../base/bytes.ts';
import { isError } from '../../../base/result.ts';
import { NS_PER_MS } from '../../../base/time.ts';
import { utf8 } from '../../../base/utf8.ts';
import { build } from '../../../docker/builder/builder.ts';
import { planBuild } from '../../../docker/builder/plan.ts';
import { type BuildClient, StepFailed } from '../../../docker/builder/stage-builder.ts';
import { DockerError } from '../../../docker/error.ts';
import { parseReference, withTag } from '../../../docker/image/reference.ts';
import { Interrupted, type Sys } from '../../../machine/process.ts';
import { type BuildContext, contextOfDirectory, contextOfDockerfile } from './build-context.ts';
import { type Client, ClientError } from './client.ts';
import { download } from './download.ts';
import type { Flags } from './flags.ts';
import { humanSize } from './list.ts';
import { ProgressDisplay } from './progress.ts';
import { fetchImage } from './pull.ts';
import { pairs } from './run-spec.ts';

const SEND_NS = 20 * NS_PER_MS;

/** docker build. */
export function* buildCommand(client: Client, flags: Flags, [path = '.']: readonly string[]): Sys<number> {
  const context = yield* contextOf(client, path, flags.string('file'));
  const quiet = flags.bool('quiet');
  const held: Uint8Array[] = [];
  const print = function* (data: Uint8Array): Sys<void> {
    if (quiet) held.push(data);
    else yield* client.p.write(1, data);
  };
  const { engine } = client;
  yield* client.takes(SEND_NS);
  yield* print(utf8(`Sending build context to Docker daemon ${humanSize(context.sizeBytes, 4).padStart(8)}\r\r\n`));
  const labels = pairs(flags.list('label'));
  const plan = planBuild(context.dockerfileName, context.dockerfile, flags.string('target'), labels);
  const display = new ProgressDisplay((shown) => print(utf8(shown)), client.p.terminal(1)?.columns);
  const buildClient: BuildClient = {
    p: client.p,
    print,
    fetch: (name) => fetchImage(client, name),
    *download(url) {
      const got = yield* download(engine.host.daemon, url, (current, total) =>
        display.show({ status: 'Downloading', current, total, progress: true }),
      );
      yield* print(utf8('\n'));
      return got;
    },
  };
  client.p.catchSignal('SIGINT');
  try {
    const image = yield* build(engine, buildClient, {
      plan,
      context: context.tree,
      buildArgs: buildArgs(client, flags.list('build-arg')),
      network: flags.string('network'),
      extraHosts: flags.list('add-host'),
      noCache: flags.bool('no-cache'),
      rm: flags.bool('rm'),
      forceRm: flags.bool('force-rm'),
      pull: flags.bool('pull'),
    });
    yield* print(utf8(`Successfully built ${image.id.slice(0, 12)}\n`));
    for (const tag of flags.list('tag')) {
      const name = withTag(parseReference(tag));
      engine.images.tag(name, image);
      yield* print(utf8(`Successfully tagged ${name}\n`));
    }
    if (quiet) yield* client.line(`sha256:${image.id}`);
    const idFile = flags.string('iidfile');
    if (idFile !== '') client.p.machine.files.writeFile(client.p, idFile, utf8(`sha256:${image.id}`));
    return 0;
  } catch (thrown) {
    if (thrown instanceof Interrupted) return 1;
    if (!(thrown instanceof StepFailed || thrown instanceof DockerError)) throw thrown;
    yield* client.p.write(2, concat(...held));
    throw new ClientError(thrown.message, thrown instanceof StepFailed ? thrown.status : 1);
  }
}

function* contextOf({ p }: Client, path: string, file: string): Sys<BuildContext> {
  if (path === '-') {
    if (file === '-') throw new ClientError("invalid argument: can't use stdin for both build context and dockerfile");
    const data = yield* p.readAll(0);
    return contextOfDockerfile(isError(data) ? new Uint8Array(0) : data);
  }
  if (/^(?:https?:\/\/|git:\/\/|github\.com\/)/.test(path)) {
    throw new ClientError(`unable to prepare context: vethlab does not fetch a context from ${path}`);
  }
  if (file !== '-') return contextOfDirectory(p, path, file);
  const data = yield* p.readAll(0);
  return contextOfDirectory(p, path, '', isError(data) ? new Uint8Array(0) : data);
}

/** NAME=VALUE; a name alone takes the client's own value. */
function buildArgs({ p }: Client, given: readonly string[]): Map<string, string | undefined> {
  return new Map(
    given.map((pair) => {
      const equals = pair.indexOf('=');
      return equals < 0 ? [pair, p.env.get(pair)] : [pair.slice(0, equals), pair.slice(equals + 1)];
    }),
  );
}
