import type { OneBotAnswer } from '../onebot/bot-frame.ts';
import { normalSelfId } from '../onebot/bot-frame.ts';
import { KeyTable, scanObject } from '../onebot/json-scan.ts';
import { text, type Words } from '../support/text.ts';

/** The echo by which the bridge knows the answer to its own question. Those of calls look otherwise (`calls/`). */
export const LOGIN_ECHO = 'qqbridge/login';

/** Asks a bot which account it is (OneBot 11, `api/public.md`). */
export const LOGIN_QUESTION = Buffer.from(`{"action":"get_login_info","params":{},"echo":"${LOGIN_ECHO}"}`);

const DATA_KEYS = new KeyTable(['user_id']);

export function isLoginAnswer({ echo }: OneBotAnswer): boolean {
  return echo === LOGIN_ECHO;
}

/** The account that a bot says it is; undefined where it says none. */
export function selfIdOf({ frame }: OneBotAnswer): string | undefined {
  const data = frame.raw('data');
  const scan = data === undefined ? undefined : scanObject(data, DATA_KEYS);
  if (scan?.kind !== 'object') return undefined;
  return normalSelfId(scan.object.numeral('user_id') ?? scan.object.text('user_id') ?? '');
}

const REFUSAL_KEYS = new KeyTable(['message', 'wording']);

/** Why a bot did not say it, in its words. */
export function refusalIn(answer: OneBotAnswer): Words {
  return wordsIn(answer) ?? text`get_login_info was answered without a user_id`;
}

/** The words of a failed answer, for a person. */
export function wordsIn({ frame }: OneBotAnswer): string | undefined {
  const scan = scanObject(frame.bytes, REFUSAL_KEYS);
  if (scan.kind !== 'object') return undefined;
  return scan.object.text('message') || scan.object.text('wording') || undefined;
}
