import type { EventFrame, OneBotEvent } from '../onebot/bot-frame.ts';
import { KeyTable, scanObject } from '../onebot/json-scan.ts';
import type { AccountFacts, SessionStatus } from './types.ts';

/** Whether an event may say something of its bot's account. Asked of every event. */
export function mayTellOfAccount({ kind, postType }: OneBotEvent, { isOffline }: AccountFacts): boolean {
  return kind === 'heartbeat' || postType === 'notice' || isOffline;
}

/**
 * Tells what an event says of its bot's account: `status.online` of a heartbeat (OneBot 11, `event/meta.md`), the notice
 * `bot_offline` of NapCat, LLOneBot and Lagrange, and that an account which gets messages is online.
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
