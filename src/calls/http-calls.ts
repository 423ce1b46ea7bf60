import { hasMoreFrames, readBotFrame } from '../onebot/bot-frame.ts';
import { failedAnswer, readCallFrame } from '../onebot/call-frame.ts';
import { KeyTable, scanObject } from '../onebot/json-scan.ts';
import type { ApplicationAnswer, ApplicationCall, CallGate } from '../port/types.ts';
import type { CallDesk } from './call-desk.ts';
import { type Caller, NO_SERVER } from './types.ts';

/** Calls that applications make on the port by HTTP. Each is a caller of its own: it has no link. */
export class HttpCalls implements CallGate {
  readonly #desk: CallDesk;

  constructor(desk: CallDesk) {
    this.#desk = desk;
  }

  call(call: ApplicationCall, onAnswer: (answer: ApplicationAnswer) => void): () => void {
    return this.#make(call, call.server?.name ?? NO_SERVER.anonymous, onAnswer);
  }

  /** A call that the operator makes. It belongs to no server, so no server's policy applies to it. */
  callOfConsole(call: ApplicationCall, onAnswer: (answer: ApplicationAnswer) => void): () => void {
    return this.#make(call, NO_SERVER.console, onAnswer);
  }

  #make(call: ApplicationCall, name: string, onAnswer: (answer: ApplicationAnswer) => void): () => void {
    const { server, action } = call;
    const caller: Caller = {
      server: name,
      timeoutMs: server?.callTimeoutMs ?? CALL_TIMEOUT_MS,
      bots: server?.bots,
      actions: server?.actions,
      reply: (frame) => onAnswer(answerOf(frame, action)),
    };
    // By themselves first: what is no object might close the frame around it and go on with members of its own.
    const params = scanObject(call.params, NO_KEYS);
    const read = params.kind === 'unsound' ? params : readCallFrame(frameOf(call));
    if (read.kind === 'call') this.#desk.submit(caller, call.selfId, read.call);
    else caller.reply(failedAnswer(1400, `malformed call: ${read.reason}`), action);
    return () => this.#desk.callerGone(caller);
  }
}

const NO_KEYS = new KeyTable<never>([]);
const CALL_TIMEOUT_MS = 55_000;

function frameOf({ action, params }: ApplicationCall): Buffer {
  return Buffer.concat([Buffer.from(`{"action":${JSON.stringify(action)},"params":`), params, Buffer.from('}')]);
}

function answerOf(frame: Buffer, action: string): ApplicationAnswer {
  const read = readBotFrame(frame);
  if (read.kind !== 'answer') return { frame, retcode: undefined, isLast: true };
  const { answer } = read;
  return { frame, retcode: answer.frame.numeral('retcode'), isLast: !hasMoreFrames(answer, action) };
}
