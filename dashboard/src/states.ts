import type { LiveServer } from '../../src/operator/admin/live-status.ts';
import type { BotState, ServerState, Standing } from '../../src/states/types.ts';
import type { Words } from '../../src/support/text.ts';
import { language, t } from './i18n.ts';

/** How a thing is doing: its colour and shape. */
export type Mood = 'good' | 'busy' | 'bad' | 'calm' | 'held';

export interface Health {
  readonly mood: Mood;
  readonly text: string;
}

const STATES = {
  online: ['good', 'stateOnline'],
  account_offline: ['bad', 'stateAccountOffline'],
  away: ['bad', 'stateAway'],
  refused: ['bad', 'stateRefused'],
  up: ['good', 'stateUp'],
  slow: ['bad', 'stateSlow'],
  refusing: ['bad', 'stateRefusing'],
  unreachable: ['bad', 'stateUnreachable'],
  idle: ['calm', 'stateIdle'],
  paused: ['held', 'statePaused'],
  disabled: ['calm', 'stateDisabled'],
} as const satisfies Record<BotState | ServerState, readonly [Mood, string]>;

export function healthOf({ state }: Pick<Standing<BotState | ServerState>, 'state'>): Health {
  const [mood, text] = STATES[state];
  return { mood, text: t(text) };
}

/** A sentence of the daemon, which the stream sends in each language, or a peer's own words. */
export function inWords(words: Words | undefined): string | undefined {
  if (words === undefined || typeof words === 'string') return words;
  return (words as unknown as Readonly<Record<'en' | 'zh', string>>)[language.value];
}

/** The events that wait for a server, also those on links that are not shown. */
export function queueOf({ waitingEvents }: LiveServer): number {
  return waitingEvents;
}
