import type { EventFrame, OneBotEvent } from '../onebot/bot-frame.ts';
import { KeyTable, scanObject } from '../onebot/json-scan.ts';
import type { AccountFacts, SessionStatus } from './types.ts';

/** Whether an event may say something about the account of its bot. Called for every event, so it has to be cheap. */
export function mayTellOfAccount({ kind, postType }: OneBotEvent, { isOffline }: AccountFacts): boolean {
  return kind === 'heartbeat' || postType === 'notice' || isOffline;
}

/**
 * Reports what an event says about the account of its bot. Three kinds of event do: a heartbeat has `status.online`
 * (OneBot 11, `event/meta.md`); NapCat, LLOneBot and Lagrange send the notice `bot_offline`; a message shows that the
 * account is online.
 */
export function tellOfAccount({ event, members }: EventFrame, account: AccountFacts, source: Source): void {
  if (event.kind === 'heartbeat') tellByHeartbeat(members.raw('status'), account, source);
  else if (event.postType === 'notice') tellByNotice(event.bytes, account);
  else if (event.postType === 'message' || event.postType === 'message_sent') account.saidOnline();
}

function tellByHeartbeat(status: Buffer | undefined, account: AccountFacts, source: Source): void {
  const scan = status === undefined ? undefined : scanObject(status, STATUS_KEYS);
  if (scan?.kind !== 'object') return;
  const online = scan.object.raw('online')?.toString();
  if (online === 'true') account.saidOnline(source);
  else if (online === 'false') account.saidOffline({ by: 'heartbeat', source });
}

function tellByNotice(bytes: Buffer, account: AccountFacts): void {
  const scan = scanObject(bytes, NOTICE_KEYS);
  if (scan.kind !== 'object' || scan.object.text('notice_type') !== 'bot_offline') return;
  const said = ['tag', 'message'].map((key) => scan.object.text(key as 'tag' | 'message') ?? '');
  account.saidOffline({ by: 'notice', said: said.filter((part) => part !== '').join(' ') });
}

type Source = SessionStatus['kind'];

const STATUS_KEYS = new KeyTable(['online']);
const NOTICE_KEYS = new KeyTable(['notice_type', 'tag', 'message']);
