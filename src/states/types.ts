/**
 * How bots and servers are doing: one closed set of states, made in this room alone and read by everybody else
 * (console, `check`, metrics, `/api/status`, the dashboard). docs/states.md explains each state to the operator.
 */
import type { Words } from '../support/text.ts';

/** All states of a bot. */
export const BOT_STATES = ['online', 'account_offline', 'away', 'refused', 'unreachable'] as const;

/**
 * `online`: a session is up, or it has reported by HTTP, and the account is not known to be offline.
 * `account_offline`: the session is up, but the bot says that its account is offline.
 * `away`: it is known and has no session.
 * `refused`: it refuses the bridge: wrong token, wrong account.
 * `unreachable`: the bridge dials it and can't connect.
 */
export type BotState = (typeof BOT_STATES)[number];

/** All states of a server. Of several that hold for one link the first counts. */
export const SERVER_STATES = ['disabled', 'paused', 'refusing', 'unreachable', 'slow', 'up', 'idle'] as const;

/**
 * `disabled`, `paused`: by the operator.
 * `refusing`: it answers, and refuses the last three events or handshakes in a row.
 * `unreachable`: it can't be connected.
 * `slow`: it does not answer in time, or its queue grows for over a minute.
 * `up`: it takes what it is sent.
 * `idle`: nobody has dialled in, or nothing has been sent yet.
 */
export type ServerState = (typeof SERVER_STATES)[number];

/** What a link can be in by itself: the operator pauses and disables whole servers. */
export type LinkCondition = Exclude<ServerState, 'paused' | 'disabled'>;

/** The state of one bot, server or link. */
export interface Standing<State> {
  readonly state: State;
  /** When it came into that state, milliseconds since the epoch. */
  readonly since: number;
  /** Why, with the peer's own words where it gave some. Absent where nothing is wrong. */
  readonly cause?: Words;
  /** What the operator should change. Absent where nothing is to be changed. */
  readonly cure?: Words;
}

/** The state of a server. */
export interface ServerStanding extends Standing<ServerState> {
  /** What its links are in, whether the server is paused or not; `idle` for a disabled one. */
  readonly linkState: LinkCondition;
}

/** Something that went wrong, as whoever saw it tells it. */
export interface Trouble {
  /** What happened. */
  readonly words: Words;
  /** What the peer said about it, as it came: it is masked and cut before anybody sees it. */
  readonly said?: string | undefined;
  /** What the operator should change. */
  readonly cure: Words;
}

/** Clock and masking, handed in so that the machines are pure. */
export interface MachineOptions {
  /** Milliseconds since the epoch; never jumps. */
  readonly now: () => number;
  /** Takes credentials out of a peer's words. */
  readonly mask: (text: string) => string;
}
