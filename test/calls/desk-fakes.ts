import assert from 'node:assert/strict';
import type { CallDesk } from '../../src/calls/call-desk.ts';
import type { BotDirectory, Caller, CallSession } from '../../src/calls/types.ts';
import { readBotFrame } from '../../src/onebot/bot-frame.ts';

/** A bot's session that remembers what it was sent. */
export class Session implements CallSession {
  readonly selfId: string;
  readonly sent: string[] = [];
  isOpen = true;

  constructor(selfId = '10001') {
    this.selfId = selfId;
  }

  send(frame: Buffer): boolean {
    if (this.isOpen) this.sent.push(String(frame));
    return this.isOpen;
  }

  get actions(): string[] {
    return this.sent.map((frame) => JSON.parse(frame).action);
  }
}

/** A directory with bot 10001, known and online, whose sessions come from `callSession`. `others` replaces members. */
export function directoryOf(
  callSession: BotDirectory['callSession'],
  others: Partial<BotDirectory> = {},
): BotDirectory {
  const ids = () => ['10001'];
  return {
    callSession,
    knows: (selfId) => selfId === '10001',
    maySoonTakeCalls: () => false,
    online: ids,
    seen: ids,
    known: ids,
    ...others,
  };
}

/** A caller that remembers what it was answered. */
export class Link implements Caller {
  readonly server: string;
  readonly timeoutMs: number;
  readonly bots: Caller['bots'];
  readonly actions: Caller['actions'];
  readonly got: string[] = [];

  constructor(server: string, { timeoutMs = 60_000, bots, actions }: Partial<Omit<Caller, 'server' | 'reply'>> = {}) {
    this.server = server;
    this.timeoutMs = timeoutMs;
    this.bots = bots;
    this.actions = actions;
  }

  reply(frame: Buffer): void {
    this.got.push(String(frame));
  }

  get retcodes(): number[] {
    return this.got.map((frame) => JSON.parse(frame).retcode);
  }
}

/** Lets the bot answer a call that it was sent, by default the first, with the members given as JSON text. */
export function answer(desk: CallDesk, session: Session, { at = 0, members }: { at?: number; members: string }): void {
  const echo = JSON.stringify(JSON.parse(session.sent.at(at) ?? assert.fail('no such call')).echo);
  const frame = readBotFrame(Buffer.from(`{"status":"ok","retcode":0,${members},"echo":${echo}}`));
  if (frame.kind !== 'answer') assert.fail();
  desk.answer(session, frame.answer);
}
