import { setTimeout as sleep } from 'node:timers/promises';
import type { WebSocket } from 'ws';
import type { HttpServerConfig, ServerConfig, WebSocketServerConfig } from '../config/types.ts';
import { lifecycleEvent } from '../onebot/lifecycle.ts';
import { bad, type Finding, good } from '../support/finding.ts';
import { describeNetworkError } from '../support/network-error.ts';
import { text, type Words } from '../support/text.ts';
import { Poster } from './http/post.ts';
import { dial } from './websocket/dial.ts';

/**
 * No account has it. An application that knows a real bot by its id would take a second link of that id for it, and
 * unregister the real one when the probe ends.
 */
const PROBE_SELF_ID = '1';

/** Tries whether a server can be reached as the daemon would reach it. Leaves nothing behind but a lifecycle event. */
export async function probeServer(config: ServerConfig, userAgent: string): Promise<Finding> {
  if (!config.enabled) return good(text`off`);
  switch (config.protocol) {
    case 'listen':
      return good(text`dials in by itself; its connections can be seen while the daemon runs`);
    case 'websocket':
      return await probeWebSocket(config, userAgent);
    case 'http':
      return await probeHttp(config, userAgent);
  }
}

async function probeWebSocket(config: WebSocketServerConfig, userAgent: string): Promise<Finding> {
  const socket = dial({ config, selfId: PROBE_SELF_ID, userAgent, maxPayloadBytes: MAX_FRAME_BYTES });
  try {
    const reason = await opened(socket);
    if (reason !== undefined) return bad(text`${config.url}: ${reason}`);
    const closing = await Promise.race([closed(socket), sleep(SETTLE_MS, undefined, { ref: false })]);
    if (closing === undefined) return good(text`${config.url} takes the link`);
    // Koishi, and whatever else serves known bots alone: it is there, and it has understood.
    if (closing.code === 1008) return good(text`${config.url} answers, and serves the bots alone that it knows`);
    return bad(text`${config.url}: it closed the link at once (${closing.code} ${closing.reason})`);
  } finally {
    socket.terminate();
  }
}

async function probeHttp(config: HttpServerConfig, userAgent: string): Promise<Finding> {
  const poster = new Poster({ ...config, timeoutMs: Math.min(config.timeoutMs, ANSWER_MS) }, userAgent);
  try {
    const outcome = await poster.post(lifecycleEvent(PROBE_SELF_ID, 'enable', Date.now()), 'check');
    if (outcome.kind === 'unanswered') return bad(text`${config.url}: ${text`no answer in time`}`);
    if (outcome.kind !== 'answered') return bad(text`${config.url}: ${outcome.reason}`);
    const { status } = outcome;
    if (status >= 200 && status < 300) return good(text`${config.url} takes events (${status})`);
    return bad(text`${config.url} answers ${status}`);
  } finally {
    await poster.close(0);
  }
}

/** Undefined when it is open, else why it is not. */
function opened(socket: WebSocket): Promise<Words | undefined> {
  return new Promise((resolve) => {
    socket.once('open', () => resolve(undefined));
    socket.once('error', (error) => resolve(describeNetworkError(error)));
    socket.once('close', () => resolve(text`the connection was closed`));
  });
}

function closed(socket: WebSocket): Promise<{ readonly code: number; readonly reason: string }> {
  return new Promise((resolve) => {
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
}

/** How long a peer has to say that it doesn't want the link. */
/** It reads nothing. */
const MAX_FRAME_BYTES = 1024 * 1024;
const SETTLE_MS = 500;
const ANSWER_MS = 5_000;
