import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { header } from '../onebot/identity.ts';
import { hasTwoHosts } from '../support/browser-guard.ts';
import { text } from '../support/text.ts';
import { asksForWebSocket } from '../support/upgrades.ts';
import { type Refusal, refused } from './admission.ts';

/** Answers that refuse a request, and the checks that hold for requests of every kind. */

/** Checks the head of a request, whoever sends it and whatever it asks for. */
export function refusalOfHead(request: IncomingMessage): Refusal | undefined {
  const { headers, rawHeaders, httpVersion } = request;
  // RFC 9112, section 3.2. With two Hosts, a proxy and the bridge could use different ones.
  if (hasTwoHosts(rawHeaders)) return refused(400, text`Host stands in it twice`);
  if (headers.host === undefined && httpVersion === '1.1' && headers.upgrade === undefined) {
    return refused(400, text`Host is missing`);
  }
  const expected = headers.expect?.toLowerCase();
  if (expected !== undefined && expected !== '100-continue') {
    return refused(417, text`Expect asks for what the bridge does not do`);
  }
  return undefined;
}

/**
 * Refuses a WebSocket handshake that came as a plain request: proxies remove `Upgrade` and `Connection` unless they are
 * told to pass them on (RFC 9110, section 7.6.1).
 */
export function refusalOfLostUpgrade(request: IncomingMessage): Refusal | undefined {
  const { method, headers } = request;
  if (method !== 'GET') return undefined;
  const isBot = headers['x-self-id'] !== undefined || header(headers, 'x-client-role') !== undefined;
  const isHandshake = isBot || headers['sec-websocket-key'] !== undefined || asksForWebSocket(request);
  return isHandshake ? refused(426, LOST_UPGRADE, PROXY_IN_BETWEEN) : undefined;
}

const LOST_UPGRADE = text`it is a WebSocket handshake that has lost its Upgrade or Connection header`;
const PROXY_IN_BETWEEN = text`a proxy in between takes them off: have it pass them on (nginx: proxy_http_version 1.1, proxy_set_header Upgrade and Connection)`;

export function answerRefusal(response: ServerResponse, refusal: Refusal): void {
  response.writeHead(refusal.status, headersOf(refusal));
  response.end(bodyOf(refusal));
}

/** Refuses an upgrade, on the bare socket that Node has handed over. */
export function answerUpgrade(socket: Duplex, refusal: Refusal): void {
  const body = bodyOf(refusal);
  const headers = { ...headersOf(refusal), Connection: 'close', 'Content-Length': Buffer.byteLength(body) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${refusal.status} Refused\r\n${lines.join('')}\r\n${body}`);
}

/** The body is in English, since programs read it. */
function bodyOf({ reason, cure }: Refusal): string {
  return cure === undefined ? String(reason) : `${reason}: ${cure}`;
}

function headersOf({ status }: Refusal): Record<string, string> {
  return {
    'Content-Type': 'text/plain; charset=utf-8',
    ...(status === 503 ? { 'Retry-After': '5' } : {}),
    ...(status === 405 ? { Allow: 'POST' } : {}),
    ...(status === 426 ? { Upgrade: 'websocket', Connection: 'Upgrade, close' } : {}),
  };
}
