import { normalSelfId } from '../onebot/bot-frame.ts';
import type { BridgeRetcode, OneBotCall } from '../onebot/call-frame.ts';
import { KeyTable, type ScannedObject, scanObject } from '../onebot/json-scan.ts';
import type { BotDirectory, Caller } from './types.ts';

/** Which bot a call is for, or why that can't be told. */
export type BotChoice =
  | { readonly kind: 'bot'; readonly selfId: string }
  | { readonly kind: 'refused'; readonly retcode: BridgeRetcode; readonly message: string };

const PARAM_KEYS = new KeyTable(['self_id']);

/** The bot that `self_id` in the call or in its params names; else the only one that its caller sees. */
export function chooseBot(call: OneBotCall, caller: Caller, bots: BotDirectory): BotChoice {
  const params = call.frame.raw('params');
  const scan = params === undefined ? undefined : scanObject(params, PARAM_KEYS);
  for (const object of [call.frame, scan?.kind === 'object' ? scan.object : undefined]) {
    if (object?.has('self_id') !== true) continue;
    if (object.isAmbiguous('self_id')) return refused(1400, 'self_id stands in it twice or is spelt with escapes');
    const selfId = selfIdIn(object);
    if (selfId !== undefined) return { kind: 'bot', selfId };
  }
  const seen = (selfIds: readonly string[]) => selfIds.filter((bot) => caller.bots?.includes(bot) ?? true);
  const online = seen(bots.online());
  // No bot is online: the call means the only bot that has been there in this run, else the only bot that is known. The
  // call then waits for that bot, or its caller hears that the bot is away.
  const candidates = [online, seen(bots.seen()), seen(bots.known())].find(({ length }) => length > 0) ?? [];
  const [only, second] = candidates;
  if (only === undefined) return refused(1404, 'no bot is online');
  if (second === undefined) return { kind: 'bot', selfId: only };
  const state = online.length > 0 ? 'are online' : 'are known and none is online';
  return refused(
    1404,
    `several bots ${state}; name one by self_id in the call, or set bots: [its self_id] for this server`,
  );
}

function refused(retcode: BridgeRetcode, message: string): BotChoice {
  return { kind: 'refused', retcode, message };
}

function selfIdIn(object: Pick<ScannedObject<'self_id'>, 'numeral' | 'text'>): string | undefined {
  return normalSelfId(object.numeral('self_id') ?? object.text('self_id') ?? '');
}
