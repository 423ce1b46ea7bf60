import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { LogFields } from './logger.ts';
import type { Words } from './text.ts';

/** Why a listener turned somebody away. */
export interface RefusalWords {
  /** Of the HTTP answer. */
  readonly status: number;
  readonly reason: Words;
  /** What the operator can change. */
  readonly cure?: Words;
}

/** What a log line says of it: why, what to change, and who it was. Lines with a `request` are told apart by who it was. */
export function refusalFields(request: IncomingMessage, { status, reason, cure }: RefusalWords): LogFields {
  const { headers, method, socket } = request;
  // Express cuts `url` down as it goes through its routers.
  const url = 'originalUrl' in request ? String(request.originalUrl) : (request.url ?? '');
  return {
    reason,
    cure,
    status,
    remote: remoteOf(socket),
    agent: cut(headers['user-agent']),
    // Without the query, which may hold a token.
    request: cut(`${method} ${url.split('?', 1)[0]}`),
    self_id: cut([headers['x-self-id']].flat()[0]),
    origin: cut(headers.origin),
    host: cut(headers.host),
  };
}

/** `address:port`; undefined of a connection that is gone and has forgotten it. */
export function remoteOf({ remoteAddress, remotePort }: Socket): string | undefined {
  return remoteAddress === undefined ? undefined : `${remoteAddress}:${remotePort}`;
}

function cut(text: string | undefined): string | undefined {
  return text === undefined || text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH)}...`;
}

const MAX_LENGTH = 120;
