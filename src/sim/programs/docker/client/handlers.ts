import { type Handlers, handles } from '../cli/command-spec.ts';
import * as container from '../cli/commands/container.ts';
import * as image from '../cli/commands/image.ts';
import * as network from '../cli/commands/network.ts';
import { INSPECT, LOGIN, LOGOUT, SEARCH, VERSION } from '../cli/commands/root.ts';
import { SYSTEM_DF, SYSTEM_EVENTS, SYSTEM_INFO, SYSTEM_PRUNE } from '../cli/commands/system.ts';
import * as volume from '../cli/commands/volume.ts';
import { COMPOSE, composeHandler } from '../compose/compose.ts';
import { buildCommand } from './build.ts';
import { commit } from './commit.ts';
import { containerPrune } from './container-prune.ts';
import { attach, kill, pause, port, rename, restart, rm, start, stop, unpause, wait } from './containers.ts';
import { cp } from './cp.ts';
import { diff } from './diff.ts';
import { events } from './events.ts';
import { exec } from './exec.ts';
import { handled } from './flags.ts';
import { history, rmi, tag } from './image-commands.ts';
import { imagePrune } from './image-prune.ts';
import { images } from './images.ts';
import { inspectAny, inspectContainers, inspectImages, inspectNetworks, inspectVolumes } from './inspect.ts';
import { login, logout } from './login.ts';
import { logs } from './logs.ts';
import { networkPrune } from './network-prune.ts';
import { networkConnect, networkCreate, networkDisconnect, networkLs, networkRm } from './networks.ts';
import { ps } from './ps.ts';
import { pull } from './pull.ts';
import { push } from './push.ts';
import { createCommand, run } from './run.ts';
import { search } from './search.ts';
import { stats } from './stats.ts';
import { info, version } from './system.ts';
import { systemDf } from './system-df.ts';
import { systemPrune } from './system-prune.ts';
import { top } from './top.ts';
import { update } from './update.ts';
import { volumeCreate, volumeLs, volumePrune, volumeRm } from './volumes.ts';

/** Who carries out which command of the client. */
export const HANDLERS: Handlers = new Map([
  handles(COMPOSE, composeHandler),
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
  handles(image.IMAGE_BUILD, handled(buildCommand)),
  handles(image.IMAGE_HISTORY, handled(history)),
  handles(image.IMAGE_INSPECT, handled(inspectImages)),
  handles(image.IMAGE_LS, handled(images)),
  handles(image.IMAGE_PRUNE, handled(imagePrune)),
  handles(image.IMAGE_PULL, handled(pull)),
  handles(image.IMAGE_PUSH, handled(push)),
  handles(image.IMAGE_RM, handled(rmi)),
  handles(image.IMAGE_TAG, handled(tag)),
  handles(INSPECT, handled(inspectAny)),
  handles(LOGIN, handled(login)),
  handles(LOGOUT, handled(logout)),
  handles(SEARCH, handled(search)),
  handles(network.NETWORK_CONNECT, handled(networkConnect)),
  handles(network.NETWORK_CREATE, handled(networkCreate)),
  handles(network.NETWORK_DISCONNECT, handled(networkDisconnect)),
  handles(network.NETWORK_INSPECT, handled(inspectNetworks)),
  handles(network.NETWORK_LS, handled(networkLs)),
  handles(network.NETWORK_PRUNE, handled(networkPrune)),
  handles(network.NETWORK_RM, handled(networkRm)),
  handles(container.CONTAINER_CP, handled(cp)),
  handles(container.CONTAINER_PRUNE, handled(containerPrune)),
  handles(container.CONTAINER_STATS, handled(stats)),
  handles(container.CONTAINER_TOP, handled(top)),
  handles(container.CONTAINER_UPDATE, handled(update)),
  handles(container.CONTAINER_COMMIT, handled(commit)),
  handles(container.CONTAINER_DIFF, handled(diff)),
  handles(SYSTEM_INFO, handled(info)),
  handles(SYSTEM_PRUNE, handled(systemPrune)),
  handles(VERSION, handled(version)),
  handles(SYSTEM_DF, handled(systemDf)),
  handles(SYSTEM_EVENTS, handled(events)),
  handles(volume.VOLUME_CREATE, handled(volumeCreate)),
  handles(volume.VOLUME_INSPECT, handled(inspectVolumes)),
  handles(volume.VOLUME_LS, handled(volumeLs)),
  handles(volume.VOLUME_PRUNE, handled(volumePrune)),
  handles(volume.VOLUME_RM, handled(volumeRm)),
]);
