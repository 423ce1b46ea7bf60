import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { LogFields } from './logger.ts';
import type { Words } from './text.ts';

/** Why a listener refused a request. */
export interface RefusalWords {
  /** The status of the HTTP answer. */
  readonly status: number;
  readonly reason: Words;
  /** What the operator can change. */
  readonly cure?: Words;
}

/**
 * The fields of the log line for a refused request: the reason, the advice and the peer. The log counts equal lines with
 * a `request` separately for each peer and reason.
 */
export function refusalFields(request: IncomingMessage, { status, reason, cure }: RefusalWords): LogFields {
  const { headers, method, socket } = request;
  // Express shortens `url` as the request goes through its routers.
  const url = 'originalUrl' in request ? String(request.originalUrl) : (request.url ?? '');
  return {
    reason,
    cure,
    status,
    remote: remoteOf(socket),
    agent: cut(headers['user-agent']),
    // The query is left out, since it may hold a token.
    request: cut(`${method} ${url.split('?', 1)[0]}`),
    self_id: cut([headers['x-self-id']].flat()[0]),
    origin: cut(headers.origin),
    host: cut(headers.host),
  };
}

/** `address:port`. Undefined for a closed connection, which no longer knows its peer. */
export function remoteOf({ remoteAddress, remotePort }: Socket): string | undefined {
  return remoteAddress === undefined ? undefined : `${remoteAddress}:${remotePort}`;
}

function cut(text: string | undefined): string | undefined {
  return text === undefined || text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}...`;
}

const MAX_LENGTH = 120;
