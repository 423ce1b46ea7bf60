/**
 * The states of bots and servers: one closed set. Only this room decides a state; all others read it (console, `check`,
 * metrics, `/api/status`, the dashboard). docs/states.md explains each state to the operator.
 */
import type { Words } from '../support/text.ts';

/** All states of a bot. */
export const BOT_STATES = ['online', 'account_offline', 'away', 'refused', 'unreachable'] as const;

/**
 * - `online`: the bot has a session or reports by HTTP, and its account is not known to be offline.
 * - `account_offline`: the bot has a session, but says that its account is offline.
 * - `away`: the bot is known and has no session.
 * - `refused`: the bot refuses the bridge: wrong token or wrong account.
 * - `unreachable`: the bridge dials the bot and can't connect.
 */
export type BotState = (typeof BOT_STATES)[number];

/** All states of a server. If the links have several states, the first of this list counts. */
export const SERVER_STATES = ['disabled', 'paused', 'refusing', 'unreachable', 'slow', 'up', 'idle'] as const;

/**
 * - `disabled`, `paused`: by the operator.
 * - `refusing`: the server answers, and has refused the last three events or handshakes.
 * - `unreachable`: the bridge can't connect to the server.
 * - `slow`: the server does not answer in time, or its queue grows for over a minute.
 * - `up`: the server takes the events that it is sent.
 * - `idle`: no application has dialled in, or nothing has been sent yet.
 */
export type ServerState = (typeof SERVER_STATES)[number];

/**
 * The states of a single link. The operator pauses and disables whole servers, so a link is never `paused` or
 * `disabled`.
 */
export type LinkCondition = Exclude<ServerState, 'paused' | 'disabled'>;

/** The state of one bot, server or link. */
export interface Standing<State> {
  readonly state: State;
  /** When the state began, milliseconds since the epoch. */
  readonly since: number;
  /** Why, with the peer's own words if it gave some. Absent where nothing is wrong. */
  readonly cause?: Words;
  /** What the operator should change. Absent where the operator need not change anything. */
  readonly cure?: Words;
}

/** The state of a server. */
export interface ServerStanding extends Standing<ServerState> {
  /** The state of the links, also while the server is paused. `idle` for a disabled server. */
  readonly linkState: LinkCondition;
}

/** Something that went wrong, as the room that saw it describes it. */
export interface Trouble {
  /** What happened. */
  readonly words: Words;
  /** What the peer said about it, unchanged. It is masked and shortened before anybody sees it. */
  readonly said?: string | undefined;
  /** What the operator should change. */
  readonly cure: Words;
}

/** The clock and the masking are passed in, so that the machines are pure. */
export interface MachineOptions {
  /** Milliseconds since the epoch; never jumps. */
  readonly now: () => number;
  /** Masks credentials in a peer's words. */
  readonly mask: (text: string) => string;
}
