import type { DialledBotStatus } from '../../src/bots/types.ts';
import type { LinkState, ServerStatus } from '../../src/servers/types.ts';
import { t } from './i18n.ts';

/** How a thing is doing: its colour and shape. */
export type Mood = 'good' | 'busy' | 'bad' | 'calm' | 'held';

export interface Health {
  readonly mood: Mood;
  readonly text: string;
}

const STATES = {
  up: ['good', 'stateUp'],
  idle: ['calm', 'stateIdle'],
  connecting: ['busy', 'stateConnecting'],
  waiting: ['bad', 'stateWaiting'],
  closing: ['calm', 'stateClosing'],
  stopped: ['calm', 'stateStopped'],
  asking: ['busy', 'stateAsking'],
} as const;

export function linkHealth(state: LinkState | DialledBotStatus['state']): Health {
  const [mood, text] = STATES[state as keyof typeof STATES] ?? STATES.idle;
  return { mood, text: t(text) };
}

/** A server is as well as its worst link. */
export function serverHealth({ enabled, paused, links }: ServerStatus): Health {
  if (!enabled) return { mood: 'calm', text: t('stateOff') };
  if (paused) return { mood: 'held', text: t('statePaused') };
  if (links.length === 0) return { mood: 'calm', text: t('stateNoBot') };
  const up = links.filter(({ state }) => state === 'up').length;
  if (up > 0 && up < links.length && links.some(({ state }) => state === 'waiting')) {
    return { mood: 'bad', text: t('statePartly', up, links.length) };
  }
  const worst = (['waiting', 'connecting', 'up', 'idle'] as const).find((state) =>
    links.some((link) => link.state === state),
  );
  return linkHealth(worst ?? links[0]?.state ?? 'idle');
}

export function lastErrorOf({ links }: ServerStatus): string | undefined {
  const found = links.find(({ lastError }) => lastError !== undefined)?.lastError;
  return found === undefined ? undefined : String(found);
}

export function queueOf({ links }: ServerStatus): number {
  return links.reduce((sum, { queuedEvents }) => sum + queuedEvents, 0);
}
