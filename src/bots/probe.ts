import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { DialledBotConfig } from '../config/types.ts';
import { readBotFrame } from '../onebot/bot-frame.ts';
import { connectionProblem } from '../support/connection-problem.ts';
import { type Finding, good, inState, type Problem, problem } from '../support/finding.ts';
import { reach } from '../support/reach.ts';
import { refusalProblem } from '../support/refusal-problem.ts';
import { shownUrl } from '../support/shown-url.ts';
import { text, type Words } from '../support/text.ts';
import { dialBot } from './dialled-bot.ts';
import { HttpApi } from './http-api.ts';
import { isLoginAnswer, LOGIN_QUESTION, refusalIn, selfIdOf } from './login-info.ts';
import { refusedToken, WRONG_ACCOUNT } from './refusals.ts';

export interface BotProbeOptions {
  readonly maxPayloadBytes: number;
  readonly userAgent: string;
}

/**
 * Tries whether a bot that the bridge dials or calls can be reached, and which account it is. Takes 10 s at most.
 */
export async function probeBot(config: DialledBotConfig, options: BotProbeOptions): Promise<readonly Finding[]> {
  const { url, apiUrl } = config;
  return await Promise.all([
    ...(url === undefined ? [] : [probeAt(url, config, () => askForward({ ...config, url }, options))]),
    ...(apiUrl === undefined ? [] : [probeAt(apiUrl, config, () => askApi({ ...config, apiUrl }, options))]),
  ]);
}

/** The account that is there, or what is wrong. */
type Account = { readonly selfId: string } | (Problem & { readonly isRefusal?: boolean });

async function probeAt(url: string, config: DialledBotConfig, ask: () => Promise<Account>): Promise<Finding> {
  const at = shownUrl(url);
  const account = (await reach(url, config.tls)) ?? (await ask());
  if ('selfId' in account) return judge(config, { at, selfId: account.selfId });
  const { isRefusal, ...found } = { isRefusal: false, ...account };
  return inState(isRefusal ? 'refused' : 'unreachable', problem({ ...found, words: text`${at}: ${found.words}` }));
}

async function askForward(config: DialledBotConfig & { url: string }, options: BotProbeOptions): Promise<Account> {
  const socket = dialBot(config.url, { config, ...options });
  try {
    return await Promise.race([accountOn(socket, config), sleep(ANSWER_MS, SILENT, { ref: false })]);
  } finally {
    socket.terminate();
  }
}

/** The account that names itself on that connection, or why none does. */
function accountOn(socket: WebSocket, { accessToken }: DialledBotConfig): Promise<Account> {
  return new Promise((resolve) => {
    socket.once('open', () => socket.send(LOGIN_QUESTION, { binary: false }));
    socket.once('unexpected-response', (_request, response: IncomingMessage) => {
      resolve(handshakeRefusal(response.statusCode ?? 0, accessToken));
      response.destroy();
    });
    socket.on('error', (error) => resolve(connectionProblem(error)));
    socket.once('close', (code, reason) => resolve(closedBy(code, String(reason), accessToken)));
    socket.on('message', (data) => {
      const account = accountIn(data as Buffer, accessToken);
      if (account !== undefined) resolve(account);
    });
  });
}

function accountIn(data: Buffer, accessToken: string | undefined): Account | undefined {
  const frame = readBotFrame(data);
  if (frame.kind === 'event') return { selfId: frame.event.selfId };
  if (frame.kind === 'unsound' && frame.isOneBot12 === true) return { words: frame.reason, advice: SPEAK_11 };
  if (frame.kind !== 'answer') return undefined;
  const selfId = selfIdOf(frame.answer);
  if (isLoginAnswer(frame.answer)) {
    return selfId === undefined ? { words: refusalIn(frame.answer), advice: LOG_IN } : { selfId };
  }
  return frame.answer.frame.numeral('retcode') === '1403' ? tokenRefusal(accessToken) : undefined;
}

function tokenRefusal(accessToken: string | undefined, status?: number): Account {
  return { ...refusedToken(accessToken, status), isRefusal: true };
}

function handshakeRefusal(status: number, accessToken: string | undefined): Account {
  if (status === 401 || status === 403) return tokenRefusal(accessToken, status);
  const found = refusalProblem(status, { by: 'websocket', hasToken: accessToken !== undefined });
  return status >= 500
    ? found
    : {
        ...found,
        advice: text`correct the port: it has to be that of the bot's forward WebSocket (NapCat: WebSocket server)`,
      };
}

/** 1008 is what LLOneBot closes with for a wrong token. */
function closedBy(code: number, reason: string, accessToken: string | undefined): Account {
  if (code === 1008) return tokenRefusal(accessToken, code);
  return {
    words:
      reason === '' ? text`the connection was closed (${code})` : text`the connection was closed (${code} ${reason})`,
    meaning: text`it takes connections, but not this one`,
    advice: text`see the log of the bot`,
  };
}

const SPEAK_11 = text`set the bot to OneBot 11`;
const LOG_IN = text`is the bot logged in? see its own log`;

const SILENT: Problem = {
  words: text`it does not say which account it is`,
  meaning: text`it takes the connection, but answers no get_login_info`,
  advice: text`is it the bot's port, and is the bot logged in? see its own log`,
};

async function askApi(config: DialledBotConfig & { apiUrl: string }, options: BotProbeOptions): Promise<Account> {
  const api = new HttpApi({ config, ...options });
  try {
    const asked = new Promise<Account>((resolve) => {
      void api.call(LOGIN_QUESTION, (answer) => {
        const selfId = selfIdOf(answer);
        resolve(selfId === undefined ? apiRefusal(refusalIn(answer), config.accessToken) : { selfId });
      });
    });
    return await Promise.race([asked, sleep(ANSWER_MS, NO_ANSWER, { ref: false })]);
  } finally {
    await api.close();
  }
}

const NO_ANSWER: Problem = {
  words: text`no answer in time`,
  meaning: text`it takes the connection and says nothing: no HTTP server, or one that hangs`,
  advice: text`correct the port: it has to be that of the bot's HTTP API (NapCat: HTTP server)`,
};

/** The words are those of `HttpApi`, or the bot's own. */
function apiRefusal(reason: Words, accessToken: string | undefined): Account {
  const status = /refuses the access_token \((\d+)\)/.exec(String(reason))?.[1];
  if (status !== undefined) return tokenRefusal(accessToken, Number(status));
  const isStranger = /nothing of OneBot's|no such action/.test(String(reason));
  return { words: reason, advice: isStranger ? NO_ANSWER.advice : LOG_IN };
}

function judge({ selfId: expected }: DialledBotConfig, { at, selfId }: { at: string; selfId: string }): Finding {
  if (expected === undefined || expected === selfId) {
    return inState('online', good(text`${at} is account ${selfId}`));
  }
  const wrong = problem({
    words: text`${at} is account ${selfId}, not ${expected}`,
    meaning: text`another bot answers there than this entry is for`,
    advice: WRONG_ACCOUNT,
  });
  return inState('refused', wrong);
}

const ANSWER_MS = 4_000;
