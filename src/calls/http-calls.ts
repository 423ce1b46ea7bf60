import { hasMoreFrames, normalSelfId, readBotFrame } from '../onebot/bot-frame.ts';
import { failedAnswer, type OneBotCall, readCallFrame } from '../onebot/call-frame.ts';
import { KeyTable, type ScannedObject, scanObject } from '../onebot/json-scan.ts';
import type { ApplicationAnswer, ApplicationCall, CallGate } from '../port/types.ts';
import type { CallDesk } from './call-desk.ts';
import type { Caller, OnlineBots } from './types.ts';

/** Calls that applications make on the port by HTTP. Each is a caller of its own: it has no link. */
export class HttpCalls implements CallGate {
  readonly #desk: CallDesk;
  readonly #bots: OnlineBots;

  constructor(desk: CallDesk, bots: OnlineBots) {
    this.#desk = desk;
    this.#bots = bots;
  }

  call(call: ApplicationCall, onAnswer: (answer: ApplicationAnswer) => void): () => void {
    const { server, action } = call;
    const caller: Caller = {
      server: server?.name ?? ANONYMOUS,
      timeoutMs: server?.callTimeoutMs ?? CALL_TIMEOUT_MS,
      bots: server?.bots,
      actions: server?.actions,
      reply: (frame) => onAnswer(answerOf(frame, action)),
    };
    const params = scanObject(call.params, PARAM_KEYS);
    const read = readCallFrame(frameOf(call));
    if (params.kind === 'unsound') caller.reply(failedAnswer(1400, `malformed parameters: ${params.reason}`));
    else if (read.kind !== 'call') caller.reply(failedAnswer(1400, `malformed call: ${read.reason}`));
    else this.#submit(caller, read.call, call.selfId ?? selfIdIn(params.object));
    return () => this.#desk.callerGone(caller);
  }

  #submit(caller: Caller, call: OneBotCall, meant: string | undefined): void {
    const seen = this.#bots.online().filter((bot) => caller.bots?.includes(bot) ?? true);
    const [only] = seen;
    if (meant !== undefined) this.#desk.submit(caller, meant, call);
    else if (only !== undefined && seen.length === 1) this.#desk.submit(caller, only, call);
    else caller.reply(failedAnswer(1404, seen.length === 0 ? NO_BOT : `several bots are online; say which: self_id`));
  }
}

/** The name of callers without a token in the log. Server names may be the same; it gives no rights. */
const ANONYMOUS = 'anonymous';
const NO_BOT = 'no bot is online';
const CALL_TIMEOUT_MS = 55_000;

const PARAM_KEYS = new KeyTable(['self_id']);

function selfIdIn(params: ScannedObject<'self_id'>): string | undefined {
  const text = params.numeral('self_id') ?? params.text('self_id');
  return text === undefined ? undefined : normalSelfId(text);
}

function frameOf({ action, params }: ApplicationCall): Buffer {
  return Buffer.concat([Buffer.from(`{"action":${JSON.stringify(action)},"params":`), params, Buffer.from('}')]);
}

function answerOf(frame: Buffer, action: string): ApplicationAnswer {
  const read = readBotFrame(frame);
  if (read.kind !== 'answer') return { frame, retcode: undefined, isLast: true };
  const { answer } = read;
  return { frame, retcode: answer.frame.numeral('retcode'), isLast: !hasMoreFrames(answer, action) };
}
