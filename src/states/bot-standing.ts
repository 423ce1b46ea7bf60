import type { BotStatus, DialledBotStatus } from '../bots/types.ts';
import { text } from '../support/text.ts';
import type { BotState, Standing } from './types.ts';

/** A bot's state. `since` is absent where nobody has said since when it holds. */
export type BotJudgement = Omit<Standing<BotState>, 'since'> & { readonly since?: number };

export interface BotEvidence {
  readonly bot: BotStatus;
  /** Entries of `bots` by which this bot is dialled or called. */
  readonly dialled: readonly DialledBotStatus[];
  /** Set while the account is known to be offline. */
  readonly offline: Standing<'account_offline'> | undefined;
}

/** Decides the state of a bot: by its sessions, by what it says of its account, and by the entries that dial it. */
export function judgeBot({ bot, dialled, offline }: BotEvidence): BotJudgement {
  const troubled = dialled.filter(({ standing }) => standing.state === 'refused' || standing.state === 'unreachable');
  const refused = troubled.find(({ standing }) => standing.state === 'refused');
  if (hasSession(bot, dialled)) return offline ?? { state: 'online', ...halfCause(bot) };
  const found = refused ?? troubled[0];
  if (found !== undefined) return found.standing;
  return bot.events === 0
    ? { state: 'away', cause: text`it has not come since the bridge started`, cure: START_PROGRAM }
    : { state: 'away', cause: text`its connection is gone`, cure: START_PROGRAM };
}

/**
 * Whether the bot has a session that works. A session that the bot has just refused does not count. A session by HTTP
 * API only counts after an answer. If several entries of one kind dial the bot, one that is online is enough, because
 * the session is of that entry.
 */
function hasSession({ sessions, online }: BotStatus, dialled: readonly DialledBotStatus[]): boolean {
  const isDoubtful = (kind: string) => {
    const ofKind = dialled.filter((entry) => entry.kind === kind);
    return ofKind.length > 0 && ofKind.every(({ standing }) => standing.state !== 'online');
  };
  return online && sessions.some(({ kind }) => !isDoubtful(kind));
}

/** The cause where the bot has one connection for events and one for calls, and one of them is gone. */
function halfCause({ sessions, takesCalls }: BotStatus): Pick<BotJudgement, 'cause' | 'cure'> {
  if (sessions.every(({ role }) => role === 'API')) return { cause: NO_EVENTS, cure: SEE_BOTH };
  const isOneWay = sessions.every(({ role }) => role === 'Event');
  return takesCalls && isOneWay ? { cause: NO_CALLS, cure: SEE_BOTH } : {};
}

const NO_EVENTS = text`it takes calls, and the connection that brings its events is not there`;

const NO_CALLS = text`it brings events, and the connection that takes calls is not there`;

const SEE_BOTH = text`see in the program of the bot whether both connections are configured and stand; one of role Universal does both`;

const START_PROGRAM = text`start the program of the bot (NapCat, LLOneBot, ...), and see there whether it connects to the bridge; one that is gone for good: forget BOT`;
