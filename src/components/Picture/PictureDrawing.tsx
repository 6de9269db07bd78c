import clsx from 'clsx';
import { type ReactNode, useEffect, useRef } from 'react';
import { deviceSentence, type Place, STATE_WORDS } from './describe.ts';
import {
  ADDRESS_LINE,
  BADGE_HEIGHT,
  type BadgeDrawing,
  type BoxDrawing,
  type CableDrawing,
  CHAR,
  type DeviceDrawing,
  type Drawing,
  type FrameDrawing,
  NAME_LINE,
  PORT_INDENT,
  type RailDrawing,
  SMALL_CHAR,
} from './layout.ts';
import styles from './PictureDrawing.module.css';

export interface PictureDrawingProps {
  readonly drawing: Drawing;
  readonly places: ReadonlyMap<string, Place>;
  readonly scale: number;
  readonly chosen: string | undefined;
  /** Of a device or a badge. */
  readonly onChoose: (id: string) => void;
}

/** The drawing in ink: frames, boxes, names, and the cables on top. */
export function PictureDrawing({ drawing, places, scale, chosen, onChoose }: PictureDrawingProps): ReactNode {
  const { width, height } = drawing;
  return (
    // biome-ignore lint/a11y/useSemanticElements: SVG has no fieldset
    <svg
      className={styles.drawing}
      width={width * scale}
      height={height * scale}
      viewBox={`0 0 ${width} ${height}`}
      role="group"
      aria-label="Devices"
    >
      {drawing.rails.map((rail) => (
        <Rail key={rail.name} rail={rail} />
      ))}
      {drawing.frames.map((frame) => (
        <Frame key={frame.name} frame={frame} />
      ))}
      {drawing.frames.flatMap(({ boxes }) =>
        boxes.map((box) => <Box key={box.key} box={box} places={places} chosen={chosen} onChoose={onChoose} />),
      )}
      {drawing.cables.map((cable) => (
        <Cable key={cable.key} cable={cable} chosen={chosen !== undefined && cable.between.includes(chosen)} />
      ))}
    </svg>
  );
}

function Rail({ rail }: { readonly rail: RailDrawing }): ReactNode {
  return (
    <g className={styles.rail}>
      <rect x={rail.x - 4} y={rail.y} width={8} height={rail.height} rx={4} />
      <text x={rail.x + 10} y={rail.y + 8}>
        {rail.name}
      </text>
    </g>
  );
}

function Frame({ frame }: { readonly frame: FrameDrawing }): ReactNode {
  return (
    <g className={styles.frame}>
      <rect x={frame.x} y={frame.y} width={frame.width} height={frame.height} rx={6} />
      <text x={frame.x + 16} y={frame.y + 21}>
        {frame.name}
      </text>
    </g>
  );
}

type BoxProps = Pick<PictureDrawingProps, 'places' | 'chosen' | 'onChoose'> & { readonly box: BoxDrawing };

function Box({ box, places, chosen, onChoose }: BoxProps): ReactNode {
  return (
    <g className={styles.box} style={{ transform: `translate(${box.x}px, ${box.y}px)` }}>
      <g className={styles.appearing}>
        <rect className={clsx(styles.outline, box.own && styles.own)} width={box.width} height={box.height} rx={4} />
        <text className={clsx(styles.label, box.own && styles.ownLabel)} x={12} y={18}>
          {cut(box.label, box.width - 24)}
        </text>
        {box.image !== undefined && (
          <text className={styles.image} x={box.width - 12} y={18} textAnchor="end">
            {cut(box.image, box.width - 36 - box.label.length * CHAR, SMALL_CHAR)}
          </text>
        )}
        {box.devices.map((drawing) => (
          <Device key={drawing.device.id} drawing={drawing} box={box} places={places} chosen={chosen} onChoose={onChoose} />
        ))}
        {box.processes.map(({ pid, command, y }) => (
          <text key={pid} className={styles.process} x={12} y={y + 13}>
            {`▸ ${cut(command, box.width - 24)}`}
          </text>
        ))}
        {box.badges.map((drawing) => (
          <NamespaceBadge key={drawing.badge.id} drawing={drawing} chosen={chosen === drawing.badge.id} onChoose={onChoose} />
        ))}
      </g>
    </g>
  );
}

interface BadgeProps extends Pick<PictureDrawingProps, 'onChoose'> {
  readonly drawing: BadgeDrawing;
  readonly chosen: boolean;
}

function NamespaceBadge({ drawing: { badge, x, y, width }, chosen, onChoose }: BadgeProps): ReactNode {
  return (
    <Choosable
      id={badge.id}
      label={badge.sentence}
      chosen={chosen}
      className={clsx(styles.badge, chosen && styles.chosen)}
      transform={`translate(${x}px, ${y}px)`}
      onChoose={onChoose}
    >
      <rect className={styles.hit} width={width} height={BADGE_HEIGHT} rx={BADGE_HEIGHT / 2} />
      <text x={7} y={BADGE_HEIGHT / 2 + 4}>
        {cut(badge.label, width - 14, SMALL_CHAR)}
      </text>
    </Choosable>
  );
}

interface ChoosableProps extends Pick<PictureDrawingProps, 'onChoose'> {
  readonly id: string;
  readonly label: string;
  readonly chosen: boolean;
  readonly className: string;
  readonly transform: string;
  readonly children: ReactNode;
}

/** What can be clicked to learn more of it. */
function Choosable({ id, label, chosen, className, transform, onChoose, children }: ChoosableProps): ReactNode {
  const element = useRef<SVGGElement>(null);
  // The details may have come to stand where it was.
  useEffect(() => {
    if (chosen) element.current?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    // biome-ignore lint/a11y/useSemanticElements: SVG has no button
    <g
      ref={element}
      role="button"
      tabIndex={0}
      aria-pressed={chosen}
      aria-label={label}
      className={className}
      style={{ transform }}
      onClick={() => onChoose(id)}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return;
        event.preventDefault();
        onChoose(id);
      }}
    >
      {children}
    </g>
  );
}

type DeviceProps = BoxProps & { readonly drawing: DeviceDrawing };

function Device({ drawing, box, places, chosen, onChoose }: DeviceProps): ReactNode {
  const { device, name, state, y, addresses, isPort, barEnd } = drawing;
  const left = isPort ? PORT_INDENT : 0;
  const place = places.get(device.id);
  const isChosen = chosen === device.id;
  // A port's row begins beside its bridge's bar.
  const rowStart = 4 + left;
  return (
    <Choosable
      id={device.id}
      label={place ? deviceSentence(place, places) : device.name}
      chosen={isChosen}
      className={clsx(styles.device, styles[state], isChosen && styles.chosen)}
      transform={`translateY(${y}px)`}
      onChoose={onChoose}
    >
      <rect
        className={styles.hit}
        x={rowStart}
        y={-2}
        width={box.width - 4 - rowStart}
        height={NAME_LINE + addresses.length * ADDRESS_LINE + 4}
        rx={3}
      />
      {barEnd !== undefined && <path className={styles.bar} d={`M17 ${NAME_LINE - 3} V${barEnd - y + NAME_LINE / 2 + 3}`} />}
      {isPort && <path className={styles.plugged} d={`M17 ${NAME_LINE / 2} h${PORT_INDENT - 4}`} />}
      <circle className={styles.lamp} cx={left + 17} cy={NAME_LINE / 2} r={4} />
      {state === 'no-carrier' && <path className={styles.slash} d={`M${left + 13} ${NAME_LINE / 2 + 4} l8 -8`} />}
      <text className={styles.name} x={left + 28} y={14}>
        {cut(name, box.width - 28 - left - 12 - STATE_WORDS[state].length * SMALL_CHAR)}
      </text>
      <text className={styles.state} x={box.width - 12} y={14} textAnchor="end">
        {STATE_WORDS[state]}
      </text>
      {addresses.map((address, line) => (
        <text key={address} className={styles.address} x={left + 28} y={NAME_LINE + line * ADDRESS_LINE + 11}>
          {cut(address, box.width - 36 - left)}
        </text>
      ))}
    </Choosable>
  );
}

function Cable({ cable, chosen }: { readonly cable: CableDrawing; readonly chosen: boolean }): ReactNode {
  const first = useRef(cable.packets);
  return (
    <g className={clsx(styles.cable, cable.overlay && styles.overlay, !cable.live && styles.dead, chosen && styles.chosen)}>
      <path className={styles.halo} d={cable.path} />
      <path className={styles.wire} d={cable.path} />
      {/* A new element for each change: its animation runs once. */}
      {cable.packets !== first.current && <path key={cable.packets} className={styles.pulse} d={cable.path} pathLength={100} />}
      {cable.ends.map(({ x, y }) => (
        <circle key={`${x} ${y}`} className={styles.plug} cx={x} cy={y} r={4} />
      ))}
    </g>
  );
}

function cut(text: string, width: number, char = CHAR): string {
  const most = Math.max(1, Math.floor(width / char));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}
