import { Circle, Download, Play, X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Button } from '../Button/Button.tsx';
import { IconButton } from '../IconButton/IconButton.tsx';
import styles from './DeviceDetails.module.css';
import { bridgeOf, namespaceName, type Place, peerWords, STATE_WORDS, showCommand, stateOf, tunnelWords } from './describe.ts';

export interface DeviceDetailsProps {
  readonly place: Place;
  readonly places: ReadonlyMap<string, Place>;
  readonly onRun: (command: string) => void;
  readonly onClose: () => void;
  /** What it sends and receives is being kept. */
  readonly capturing: boolean;
  /** Begins to keep that, or ends and saves it. */
  readonly onCapture: () => void;
}

/** All that is known of one device, and the command that shows it. */
export function DeviceDetails({ place, places, onRun, onClose, capturing, onCapture }: DeviceDetailsProps): ReactNode {
  const { device, namespace, machine } = place;
  const command = showCommand(place);
  const peer = peerWords(place, places);
  const bridge = bridgeOf(place, places);
  const tunnels = tunnelWords(place, places);
  const facts: readonly (readonly [string, ReactNode])[] = [
    ['State', `${STATE_WORDS[stateOf(device)]} (operstate ${device.operstate})`],
    ['Where', namespace.name === 'host' ? machine.name : `${namespaceName(namespace)} on ${machine.name}`],
    ...(device.network === undefined ? [] : ([['Docker network', device.network]] as const)),
    ...(bridge ? ([['Plugged into', bridge]] as const) : []),
    ...(peer ? ([['Other end', peer]] as const) : []),
    ...(device.vni === undefined ? [] : ([['VNI', device.vni]] as const)),
    ...(tunnels ? ([['Tunnel to', tunnels]] as const) : []),
    ['Addresses', device.addresses.length > 0 ? device.addresses.join(' ') : 'none'],
    ['MAC', device.mac],
    ['MTU', device.mtu],
    ['Packets', `${device.rxPackets} received, ${device.txPackets} sent`],
  ];
  return (
    <section className={styles.details} aria-label={`Device ${device.name}`}>
      <header>
        <h3>
          <code>{device.name}</code>
          <span>
            {device.kind === 'nic' ? 'network card' : device.kind}, ifindex {device.ifindex}
          </span>
        </h3>
        <IconButton label="Close" icon={X} onClick={onClose} />
      </header>
      <dl>
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <p>
        {command && (
          <>
            <code>{command}</code>
            <Button onClick={() => onRun(command)}>
              <Play size={14} aria-hidden /> Run
            </Button>
          </>
        )}
        <Button onClick={onCapture} title="A .pcap file, for Wireshark">
          {capturing ? <Download size={14} aria-hidden /> : <Circle size={14} aria-hidden />}
          {capturing ? ' Save the capture' : ' Capture'}
        </Button>
      </p>
    </section>
  );
}
