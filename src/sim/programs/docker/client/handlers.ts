import { type Handlers, handles } from '../cli/command-spec.ts';
import * as container from '../cli/commands/container.ts';
import { IMAGE_BUILD, IMAGE_INSPECT, IMAGE_LS } from '../cli/commands/image.ts';
import * as network from '../cli/commands/network.ts';
import { INSPECT } from '../cli/commands/root.ts';
import { buildCommand } from './build.ts';
import { attach, kill, logs, pause, port, rename, restart, rm, start, stop, unpause, wait } from './containers.ts';
import { exec } from './exec.ts';
import { handled } from './flags.ts';
import { images } from './images.ts';
import { inspectAny, inspectContainers, inspectImages, inspectNetworks } from './inspect.ts';
import { networkConnect, networkCreate, networkDisconnect, networkLs, networkPrune, networkRm } from './networks.ts';
import { ps } from './ps.ts';
import { createCommand, run } from './run.ts';

/** Who carries out which command of the client. */
export const HANDLERS: Handlers = new Map([
  handles(container.CONTAINER_ATTACH, handled(attach)),
  handles(container.CONTAINER_CREATE, handled(createCommand)),
  handles(container.CONTAINER_EXEC, handled(exec)),
  handles(container.CONTAINER_INSPECT, handled(inspectContainers)),
  handles(container.CONTAINER_KILL, handled(kill)),
  handles(container.CONTAINER_LOGS, handled(logs)),
  handles(container.CONTAINER_LS, handled(ps)),
  handles(container.CONTAINER_PAUSE, handled(pause)),
  handles(container.CONTAINER_PORT, handled(port)),
  handles(container.CONTAINER_RENAME, handled(rename)),
  handles(container.CONTAINER_RESTART, handled(restart)),
  handles(container.CONTAINER_RM, handled(rm)),
  handles(container.CONTAINER_RUN, handled(run)),
  handles(container.CONTAINER_START, handled(start)),
  handles(container.CONTAINER_STOP, handled(stop)),
  handles(container.CONTAINER_UNPAUSE, handled(unpause)),
  handles(container.CONTAINER_WAIT, handled(wait)),
  handles(IMAGE_BUILD, handled(buildCommand)),
  handles(IMAGE_INSPECT, handled(inspectImages)),
  handles(IMAGE_LS, handled(images)),
  handles(INSPECT, handled(inspectAny)),
  handles(network.NETWORK_CONNECT, handled(networkConnect)),
  handles(network.NETWORK_CREATE, handled(networkCreate)),
  handles(network.NETWORK_DISCONNECT, handled(networkDisconnect)),
  handles(network.NETWORK_INSPECT, handled(inspectNetworks)),
  handles(network.NETWORK_LS, handled(networkLs)),
  handles(network.NETWORK_PRUNE, handled(networkPrune)),
  handles(network.NETWORK_RM, handled(networkRm)),
]);
