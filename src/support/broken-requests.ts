import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { LogFields } from './logger.ts';
import { describeNetworkError, errorCode } from './network-error.ts';
import type { OpenAnswers } from './open-answers.ts';
import { type RefusalWords, remoteOf } from './refusal-fields.ts';
import { text } from './text.ts';

/** Called with the fields of a log line. `debug`: nobody was refused; a peer only tested the port or went away. */
export type RefusalLog = (level: 'warn' | 'debug', fields: LogFields) => void;

/**
 * Answers malformed HTTP requests and logs them. Node alone would answer them without a log line, and the operator
 * would look for the fault at the wrong end.
 */
export function refuseBrokenRequests(
  server: Server,
  { answers, log }: { answers: OpenAnswers; log: RefusalLog },
): void {
  server.on('clientError', (error: Error & { rawPacket?: Buffer }, stream) => {
    const socket = stream as Socket;
    // The second error comes from the rest of a request that was refused already.
    if (socket.writableEnded) {
      socket.destroySoon();
      return;
    }
    const { rawPacket } = error;
    const refusal = refusalOf(error, socket);
    const fields = { remote: remoteOf(socket), ...senderIn(rawPacket) };
    if (refusal === undefined) log('debug', { reason: describeNetworkError(error), ...fields });
    else log('warn', { ...refusal, ...fields });
    // An answer may be half written on this connection. A second answer in the middle of it would break it.
    const isFree = answers.of(socket)?.headersSent !== true;
    if (refusal !== undefined && isFree && socket.writable) socket.end(answerOf(refusal));
    else socket.destroy();
  });
  server.on('connect', (request, socket) => {
    const refusal = { status: 405, reason: text`CONNECT asks for a proxy, and the bridge is none` };
    log('warn', { ...refusal, remote: remoteOf(socket as Socket), request: `CONNECT ${request.url}` });
    socket.on('error', () => socket.destroy());
    socket.end(answerOf(refusal));
  });
}

/** The answer to a malformed request. Undefined where the peer only went away, or sent nothing at all. */
function refusalOf(error: Error & { rawPacket?: Buffer }, socket: Socket): RefusalWords | undefined {
  const code = errorCode(error) ?? '';
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    if (socket.bytesRead === 0) return undefined;
    return { status: 408, reason: text`the request did not come to its end in time` };
  }
  if (code === 'HPE_HEADER_OVERFLOW') {
    return {
      status: 431,
      reason: text`its headers are larger than 16 KiB`,
      cure: text`look which program or proxy adds so much to each request, cookies for one`,
    };
  }
  if (!code.startsWith('HPE_') || code === 'HPE_INVALID_EOF_STATE') return undefined;
  return malformed(error.rawPacket ?? Buffer.alloc(0), code, error);
}

function malformed(packet: Buffer, code: string, error: Error): RefusalWords {
  const status = 400;
  if (packet[0] === TLS_HANDSHAKE && packet[1] === TLS_VERSION) {
    return {
      status,
      reason: text`it speaks TLS, and this port does not`,
      cure: text`write ws:// or http:// instead of wss:// or https:// at the other side, or set tls`,
    };
  }
  const start = packet.toString('latin1', 0, 32);
  if (start.startsWith('PROXY ') || start.startsWith(PROXY_2)) {
    return {
      status,
      reason: text`it begins with the PROXY protocol, which the bridge does not speak`,
      cure: text`switch the PROXY protocol off in the proxy in front of the bridge (HAProxy: send-proxy, nginx: proxy_protocol)`,
    };
  }
  if (start.startsWith('PRI * HTTP/2')) {
    return {
      status,
      reason: text`it speaks HTTP/2, and the bridge speaks HTTP/1.1`,
      cure: text`set the program, or the proxy in between, to HTTP/1.1`,
    };
  }
  if (code === 'HPE_INVALID_URL' && /^[A-Z]+ [^/ ]/.test(start)) {
    return {
      status,
      reason: text`its path does not begin with /`,
      cure: text`write the address with a / behind the port`,
    };
  }
  return {
    status,
    reason: text`it is no sound HTTP request: ${describeNetworkError(error)}`,
    cure: text`look which program connects to this port`,
  };
}

const TLS_HANDSHAKE = 0x16;
const TLS_VERSION = 3;

/** The first bytes of version 2 of the PROXY protocol. */
const PROXY_2 = '\r\n\r\n\0\r\nQUIT\n';

/** What the bytes of a malformed request say of its sender. */
function senderIn(packet: Buffer | undefined): LogFields {
  const head = packet?.toString('latin1', 0, MAX_HEAD_BYTES) ?? '';
  const [, line] = /^([A-Z]{3,16} [\x21-\x7e]{1,120})/.exec(head) ?? [];
  const [, agent] = /\r\nuser-agent:[ \t]*([^\r\n]{1,120})/i.exec(head) ?? [];
  return { request: line?.split('?', 1)[0] ?? '', ...(agent === undefined ? {} : { agent }) };
}

const MAX_HEAD_BYTES = 20 * 1024;

function answerOf({ status, reason, cure }: RefusalWords): string {
  const body = cure === undefined ? String(reason) : `${reason}: ${cure}`;
  return (
    `HTTP/1.1 ${status} Refused\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n` +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  );
}
