import type { JSX } from 'preact';
import type { Mood } from '../states.ts';

export interface Wire {
  readonly key: string;
  /** Per second, towards the servers. */
  readonly events: number;
  /** Per second, towards the bots. */
  readonly calls: number;
  readonly mood: Mood;
}

export interface WiresProps {
  readonly side: 'left' | 'right';
  readonly wires: readonly Wire[];
  readonly height: number;
  /** Height of a card. */
  readonly row: number;
}

/** Between the lane of events and that of calls. */
const LANE = 5;

/** The flow between cards and bridge. What it shows stands in figures on the cards. */
export function Wires({ side, wires, height, row }: WiresProps): JSX.Element {
  const top = (height - wires.length * row) / 2;
  const spread = Math.min(14, 90 / Math.max(1, wires.length));
  return (
    <svg
      class={`wires ${side}`}
      viewBox={`0 0 100 ${height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      style={{ height: `${height}px` }}
    >
      {wires.map(({ key, events, calls, mood }, at) => {
        const card = top + at * row + row / 2;
        const bridge = height / 2 + (at - (wires.length - 1) / 2) * spread;
        const [from, to] = side === 'left' ? [card, bridge] : [bridge, card];
        return (
          <g key={key} class={`mood-${mood}`}>
            <path class="wire" d={curve(from, to)} />
            {events > 0 ? <path class="flow events" d={curve(from - LANE, to - LANE)} style={speed(events)} /> : null}
            {calls > 0 ? <path class="flow calls" d={curve(from + LANE, to + LANE)} style={speed(calls)} /> : null}
          </g>
        );
      })}
    </svg>
  );
}

function curve(from: number, to: number): string {
  return `M0 ${from}C50 ${from} 50 ${to} 100 ${to}`;
}

/** In few steps, so that a rate which trembles does not start the animation anew. */
function speed(perSecond: number): { animationDuration: string } {
  const step = Math.min(4, Math.floor(Math.log10(Math.max(0.1, perSecond)) + 1));
  return { animationDuration: `${[2.4, 1.6, 1, 0.6, 0.4][step] ?? 2.4}s` };
}
