import type { BotStatus, DialledBotStatus } from '../bots/types.ts';
import { text } from '../support/text.ts';
import type { BotState, Standing } from './types.ts';

/** A bot's state before it is known since when, where nobody has said. */
export type BotJudgement = Omit<Standing<BotState>, 'since'> & { readonly since?: number };

export interface BotEvidence {
  readonly bot: BotStatus;
  /** The entries of `bots` by which this very bot is dialled or called. */
  readonly dialled: readonly DialledBotStatus[];
  /** Its account is known to be offline. */
  readonly offline: Standing<'account_offline'> | undefined;
}

/** The state of a bot: its sessions, what it says of its account, and the entries by which it is dialled. */
export function judgeBot({ bot, dialled, offline }: BotEvidence): BotJudgement {
  const troubled = dialled.filter(({ standing }) => standing.state === 'refused' || standing.state === 'unreachable');
  const refused = troubled.find(({ standing }) => standing.state === 'refused');
  if (hasSession(bot, dialled)) return offline ?? { state: 'online' };
  const found = refused ?? troubled[0];
  if (found !== undefined) return found.standing;
  return bot.events === 0
    ? { state: 'away', cause: text`it has not come since the bridge started`, cure: COME }
    : { state: 'away', cause: text`its connection is gone`, cure: COME };
}

/** Whether a session is up that the bot has not just refused. A session by HTTP API says nothing until it was answered. */
function hasSession({ sessions, online }: BotStatus, dialled: readonly DialledBotStatus[]): boolean {
  const doubted = dialled.filter(({ standing }) => standing.state !== 'online').map(({ kind }) => kind);
  const doubtful: ReadonlySet<string> = new Set(doubted);
  return online && sessions.some(({ kind }) => !doubtful.has(kind));
}

const COME = text`start the program of the bot (NapCat, LLOneBot, ...), and see there whether it connects to the bridge; one that is gone for good: forget BOT`;
