import type { DialledBotStatus } from '../bots/types.ts';
import { botAddressLines } from '../operator/bot-addresses.ts';
import { isTrouble } from '../operator/state-words.ts';
import type { BotReport, BridgeStatus, ServerReport } from '../operator/types.ts';
import { bad, type Finding, good, inState } from '../support/finding.ts';
import { text, type Words } from '../support/text.ts';

/** A finding and its subject, such as `server survival`. */
export interface CheckLine extends Finding {
  readonly about: Words;
  /** Lines that are printed after the finding. */
  readonly more?: readonly Words[];
}

/** What the running daemon reports: the states of itself, its bots and its servers, each with cause and cure. */
export function reportedBy(status: BridgeStatus): readonly CheckLine[] {
  const { address, bots, dialled, servers, log } = status;
  const ways = dialled.filter((entry) => !saysTheSame(entry, bots));
  return [
    { about: text`daemon`, ...good(text`it runs, on ${address}`) },
    ...(log.kind === 'failing' ? [{ about: text`event log`, ...failing(log.reason) }] : []),
    ...bots.map((bot) => ({ about: text`bot ${bot.selfId}`, ...found(bot) })),
    ...(bots.length > 0 ? [] : [nobody(status)]),
    ...ways.map((entry) => ({ about: text`bot ${entry.name}`, ...wayFinding(entry) })),
    ...servers.map((server) => ({ about: text`server ${server.name}`, ...serverFinding(server) })),
  ];
}

/** Whether the line of the bot already says what the line of the dialled entry would say. */
function saysTheSame({ selfId, standing }: DialledBotStatus, bots: readonly BotReport[]): boolean {
  return bots.some((bot) => bot.selfId === selfId && bot.state === standing.state && bot.cause === standing.cause);
}

function nobody(status: BridgeStatus): CheckLine {
  const [advice = '', ...more] = botAddressLines(status);
  return { about: text`bots`, ...bad(text`none has come`, advice), more };
}

function failing(reason: Words | undefined): Finding {
  return bad(
    text`it takes nothing: ${reason ?? ''}; HTTP reports are answered 503`,
    text`free the disk, or see the log of the bridge`,
  );
}

function found({ state, cause, cure }: Pick<BotReport, 'state' | 'cause' | 'cure'>): Finding {
  const words = cause ?? '';
  return inState(state, isTrouble(state) ? bad(words, cure) : good(words));
}

function wayFinding({ url, standing: { state, cause, cure } }: DialledBotStatus): Finding {
  const words = cause === undefined ? url : text`${url}: ${cause}`;
  return inState(state, isTrouble(state) ? bad(words, cure) : good(words));
}

/** A server is a fault when one of its links is not up, or when its application has not connected. */
function serverFinding({ state, cause, cure, protocol, url, links }: ServerReport): Finding {
  const where = url ?? text`the port`;
  const words = cause === undefined ? where : text`${where}: ${cause}`;
  const isPartlyDown = state === 'up' && links.some(({ standing }) => isTrouble(standing.state));
  const isMissing = state === 'idle' && protocol === 'listen';
  const isBad = isTrouble(state) || isPartlyDown || isMissing;
  return inState(state, isBad ? bad(words, cure) : good(words));
}
