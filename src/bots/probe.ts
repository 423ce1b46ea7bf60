import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { DialledBotConfig } from '../config/types.ts';
import { readBotFrame } from '../onebot/bot-frame.ts';
import { bad, type Finding, good } from '../support/finding.ts';
import { describeNetworkError } from '../support/network-error.ts';
import { Text, text, type Words } from '../support/text.ts';
import { dialBot } from './dialled-bot.ts';
import { HttpApi } from './http-api.ts';
import { isLoginAnswer, LOGIN_QUESTION, refusalIn, selfIdOf } from './login-info.ts';

export interface BotProbeOptions {
  readonly maxPayloadBytes: number;
  readonly userAgent: string;
}

/** Tries whether a bot that the bridge dials or calls can be reached, and which account it is. */
export async function probeBot(config: DialledBotConfig, options: BotProbeOptions): Promise<readonly Finding[]> {
  const { url, apiUrl } = config;
  return [
    ...(url === undefined ? [] : [await probeForward({ ...config, url }, options)]),
    ...(apiUrl === undefined ? [] : [await probeApi({ ...config, apiUrl }, options)]),
  ];
}

async function probeForward(config: DialledBotConfig & { url: string }, options: BotProbeOptions): Promise<Finding> {
  const socket = dialBot(config.url, { config, ...options });
  try {
    const patience = sleep(ANSWER_MS, text`it does not say which account it is`, { ref: false });
    const outcome = await Promise.race([accountOn(socket), patience]);
    if (typeof outcome === 'string' || outcome instanceof Text) return bad(text`${config.url}: ${outcome}`);
    return judge(config, { at: config.url, selfId: outcome.selfId });
  } finally {
    socket.terminate();
  }
}

/** The account that names itself on that connection, or why none does. */
function accountOn(socket: WebSocket): Promise<{ readonly selfId: string } | Words> {
  return new Promise((resolve) => {
    socket.once('open', () => socket.send(LOGIN_QUESTION, { binary: false }));
    socket.once('error', (error) => resolve(describeNetworkError(error)));
    socket.once('close', (code, reason) => resolve(text`the connection was closed (${code} ${String(reason)})`));
    socket.on('message', (data) => {
      const frame = readBotFrame(data as Buffer);
      if (frame.kind === 'event') resolve({ selfId: frame.event.selfId });
      if (frame.kind === 'unsound' && frame.isOneBot12 === true) resolve(frame.reason);
      if (frame.kind !== 'answer') return;
      const selfId = selfIdOf(frame.answer);
      if (isLoginAnswer(frame.answer)) resolve(selfId === undefined ? refusalIn(frame.answer) : { selfId });
      else if (frame.answer.frame.numeral('retcode') === '1403') resolve(text`it refuses the access_token`);
    });
  });
}

async function probeApi(config: DialledBotConfig & { apiUrl: string }, options: BotProbeOptions): Promise<Finding> {
  const api = new HttpApi({ config, ...options });
  try {
    const outcome: { selfId?: string | undefined; reason: Words } = { reason: text`no answer in time` };
    const asked = api.call(LOGIN_QUESTION, (answer) => {
      outcome.selfId = selfIdOf(answer);
      outcome.reason = refusalIn(answer);
    });
    await Promise.race([asked, sleep(ANSWER_MS, undefined, { ref: false })]);
    if (outcome.selfId === undefined) return bad(text`${config.apiUrl}: ${outcome.reason}`);
    return judge(config, { at: config.apiUrl, selfId: outcome.selfId });
  } finally {
    await api.close();
  }
}

function judge({ selfId: expected }: DialledBotConfig, { at, selfId }: { at: string; selfId: string }): Finding {
  if (expected === undefined || expected === selfId) return good(text`${at} is account ${selfId}`);
  return bad(text`${at} is account ${selfId}, not ${expected}`, text`mend self_id, or the address`);
}

const ANSWER_MS = 5_000;
