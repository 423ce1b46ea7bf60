import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { HttpServerConfig, ServerConfig, WebSocketServerConfig } from '../config/types.ts';
import { lifecycleEvent } from '../onebot/lifecycle.ts';
import type { ServerState } from '../states/types.ts';
import { connectionProblem } from '../support/connection-problem.ts';
import { type Finding, good, inState, type Problem, problem } from '../support/finding.ts';
import { silentLogger } from '../support/logger.ts';
import { reach, speaksTls } from '../support/reach.ts';
import { refusalProblem } from '../support/refusal-problem.ts';
import { shownLocation, shownUrl } from '../support/shown-url.ts';
import { text } from '../support/text.ts';
import { EventForm } from './delivery/event-form.ts';
import type { Outcome } from './http/outcome.ts';
import { Poster } from './http/poster.ts';
import { pathThatAnswers } from './other-paths.ts';
import { dial } from './websocket/dial.ts';

/**
 * No account has it. An application that knows a real bot by its id would take a second link of that id for it, and
 * unregister the real one when the probe ends.
 */
const PROBE_SELF_ID = '1';

/**
 * Tries whether a server can be reached as the daemon would reach it: name, connection, TLS, handshake and token, first
 * event. Leaves nothing behind but a lifecycle event of a bot that is none. Takes 10 s at most.
 */
export async function probeServer(config: ServerConfig, userAgent: string): Promise<Finding> {
  if (!config.enabled) return inState('disabled', good(text`by the config`));
  if (config.protocol === 'listen') {
    return inState('idle', good(text`dials in by itself; its connections can be seen while the daemon runs`));
  }
  const at = shownUrl(config.url);
  const found = await reach(config.url, config.tls);
  if (found !== undefined) return located(at, 'unreachable', found);
  return config.protocol === 'websocket'
    ? await probeWebSocket(config, { at, userAgent })
    : await probeHttp(config, { at, userAgent });
}

interface Probe {
  /** The address, as it is shown. */
  readonly at: string;
  readonly userAgent: string;
}

function located(at: string, state: ServerState, found: Problem): Finding {
  return inState(state, problem({ ...found, words: text`${at}: ${found.words}` }));
}

async function probeWebSocket(config: WebSocketServerConfig, { at, userAgent }: Probe): Promise<Finding> {
  const dialAt = (target: WebSocketServerConfig) =>
    dial({ config: target, selfId: PROBE_SELF_ID, userAgent, maxPayloadBytes: MAX_FRAME_BYTES });
  const socket = dialAt(config);
  try {
    const outcome = await Promise.race([handshake(socket), sleep(HANDSHAKE_MS, SILENT, { ref: false })]);
    if (outcome.kind === 'refused')
      return located(at, stateOf(outcome.status), await explainRefusal(config, outcome, dialAt));
    if (outcome.kind === 'failed') return located(at, 'unreachable', await plainOrTls(config.url, outcome.problem));
    socket.send(lifecycleEvent(PROBE_SELF_ID, 'connect', Date.now()).bytes, { binary: false });
    const closing = await Promise.race([closed(socket), sleep(SETTLE_MS, undefined, { ref: false })]);
    if (closing === undefined) return inState('up', good(text`${at} takes the link`));
    // Koishi, and whatever else serves known bots alone: it is there, and it has understood.
    if (closing.code === 1008) return inState('up', good(text`${at} answers, and serves the bots alone that it knows`));
    return located(at, 'refusing', {
      words: text`it closed the link at once (${closing.code} ${closing.reason})`,
      meaning: text`it takes WebSockets, but not this one`,
      advice: text`correct access_token or the path; see its own log`,
    });
  } finally {
    socket.terminate();
  }
}

/** A 5xx of a gateway does not count as a refusal: it only says that the application is away. */
function stateOf(handshakeStatus: number): ServerState {
  return handshakeStatus >= 500 ? 'unreachable' : 'refusing';
}

type Handshake =
  | { readonly kind: 'open' }
  | { readonly kind: 'refused'; readonly status: number; readonly location: string | undefined }
  | { readonly kind: 'failed'; readonly problem: Problem };

const SILENT: Handshake = {
  kind: 'failed',
  problem: {
    words: text`no answer to the handshake`,
    meaning: text`it takes the connection and says nothing: no WebSocket server, or one that hangs`,
    advice: text`correct the port, or start the application anew`,
  },
};

function handshake(socket: WebSocket): Promise<Handshake> {
  return new Promise((resolve) => {
    socket.once('open', () => resolve({ kind: 'open' }));
    socket.once('unexpected-response', (_request, response: IncomingMessage) => {
      resolve({
        kind: 'refused',
        status: response.statusCode ?? 0,
        location: shownLocation(response.headers.location),
      });
      response.destroy();
    });
    socket.on('error', (error) => resolve({ kind: 'failed', problem: connectionProblem(error) }));
  });
}

async function explainRefusal(
  config: WebSocketServerConfig,
  { status, location }: { readonly status: number; readonly location: string | undefined },
  dialAt: (target: WebSocketServerConfig) => WebSocket,
): Promise<Problem> {
  const found = refusalProblem(status, { by: 'websocket', hasToken: config.accessToken !== undefined, location });
  if (status === 400) return await plainOrTls(config.url, found);
  if (status === 401 || status >= 500) return found;
  const path = await pathThatAnswers(config, dialAt);
  return path === undefined
    ? found
    : { ...found, meaning: text`it takes the link at another path, ${path}`, advice: text`set path: ${path}` };
}

/** Servers with TLS say little to those who come without: they hang up, or answer 400. */
async function plainOrTls(url: string, found: Problem): Promise<Problem> {
  if (/^(wss|https):/.test(url) || !(await speaksTls(url))) return found;
  const scheme = url.startsWith('ws') ? 'wss' : 'https';
  return {
    words: found.words,
    meaning: text`it speaks TLS there`,
    advice: text`begin its address with ${scheme}:// (url: ${shownUrl(url.replace(/^\w+/, scheme))})`,
  };
}

async function probeHttp(config: HttpServerConfig, { at, userAgent }: Probe): Promise<Finding> {
  const outcome = await postOnce({ ...config, timeoutMs: Math.min(config.timeoutMs, HANDSHAKE_MS) }, userAgent);
  if (outcome.kind === 'unanswered') return located(at, 'slow', UNANSWERED);
  if (outcome.kind !== 'answered') {
    return located(at, 'unreachable', await plainOrTls(config.url, { words: outcome.reason, ...BROKEN }));
  }
  const { status } = outcome;
  if (status >= 200 && status < 300) return inState('up', good(text`${at} takes events (${status})`));
  const hasToken = config.accessToken !== undefined || config.secret !== undefined;
  const found = refusalProblem(status, { by: 'http', hasToken, location: outcome.location });
  return located(at, 'refusing', status === 400 ? await plainOrTls(config.url, found) : found);
}

async function postOnce(config: HttpServerConfig, userAgent: string): Promise<Outcome> {
  let poster: Poster | undefined;
  try {
    return await new Promise((resolve) => {
      poster = new Poster(config, userAgent, (_entry, outcome) => resolve(outcome));
      const event = lifecycleEvent(PROBE_SELF_ID, 'enable', Date.now());
      const body = new EventForm(config, silentLogger).payload(event);
      poster.post({ event, body, deliveryId: 'check' });
    });
  } finally {
    await poster?.close(0);
  }
}

const UNANSWERED: Problem = {
  words: text`no answer in time`,
  meaning: text`it takes the connection and says nothing: no HTTP server, or one that hangs`,
  advice: text`correct the port, or start the application anew`,
};

const BROKEN = {
  meaning: text`it takes the connection, but does not answer as an HTTP server does`,
  advice: text`correct the port, or set protocol: websocket`,
};

function closed(socket: WebSocket): Promise<{ readonly code: number; readonly reason: string }> {
  return new Promise((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
}

/** How long a peer has to say that it doesn't want the link. */
const SETTLE_MS = 500;

/** A peer that greets has little to say. */
const MAX_FRAME_BYTES = 1024 * 1024;

/** How long it has for the handshake, or to answer a report. */
const HANDSHAKE_MS = 3_500;
