import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Server as TlsServer } from 'node:tls';
import type { OpenAnswers } from './open-answers.ts';

export type UpgradeListener = (request: IncomingMessage, socket: Socket, head: Buffer) => void;

export interface UpgradeOptions {
  /** True for the upgrades that are wanted. Default: none. */
  readonly takes?: (request: IncomingMessage) => boolean;
  /** Called with the wanted upgrades. */
  readonly onUpgrade?: UpgradeListener;
}

/**
 * Makes a server ignore every `Upgrade` that is not wanted, as RFC 9110, section 7.8 allows: HTTP clients that offer
 * `h2c` (the JDK's, `curl --http2`) are served in HTTP/1.1.
 *
 * As soon as a server has a listener for upgrades, Node hands each request with an `Upgrade` over as a bare connection.
 * Without a listener Node loses the bytes that follow the request in the packet. So the bridge gives the connection
 * back to the server, beginning with the request without its `Upgrade`. Node then handles body, keep-alive and
 * pipelining again.
 *
 * Since Node 25 the body of such a request is not part of what Node hands over. There the bridge serves the request
 * where it is and closes the connection. The client then sends again whatever it had sent after the request (RFC 9112,
 * section 9.3.2).
 */
export function serveUpgrades(server: Server, answers: OpenAnswers, options: UpgradeOptions = {}): void {
  const { takes = takesNone, onUpgrade } = options;
  const isIgnored = (request: IncomingMessage): boolean => onUpgrade === undefined || !takes(request);
  if ('shouldUpgradeCallback' in server && !HANDS_BODIES_OVER) {
    server.shouldUpgradeCallback = (request: IncomingMessage) => !(isIgnored(request) && hasBody(request));
  }
  if (!HANDS_BODIES_OVER) {
    server.prependListener('request', ({ headers }, response) => {
      if (headers.upgrade !== undefined) response.setHeader('Connection', 'close');
    });
  }
  server.on('upgrade', (request, stream, head) => {
    // The stream is the connection itself, unless the request has a body.
    const socket = stream as Socket;
    if (!isIgnored(request)) {
      onUpgrade?.(request, socket, head);
      return;
    }
    const serve = (): void => serveAnew(server, { request, socket, head });
    // Answers to earlier requests of the connection have to be sent first.
    const last = answers.of(socket);
    if (last === undefined) serve();
    else whenAnswered(last, socket, serve);
  });
}

function takesNone(): boolean {
  return false;
}

const HANDS_BODIES_OVER = Number(process.versions.node.split('.')[0]) < 25;

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['transfer-encoding'] !== undefined || (headers['content-length'] ?? '0') !== '0';
}

/** Whether a request asks for a WebSocket (RFC 6455, section 4.2.1). */
export function asksForWebSocket({ headers }: IncomingMessage): boolean {
  return (
    headers.upgrade
      ?.toLowerCase()
      .split(',')
      .some((protocol) => protocol.trim() === 'websocket') ?? false
  );
}

/**
 * While waiting, only this function watches the connection. An error event without a listener would end the process.
 */
function whenAnswered(last: ServerResponse, socket: Socket, then: () => void): void {
  const onError = (): void => void socket.destroy();
  socket.on('error', onError);
  last.once('close', () => {
    socket.off('error', onError);
    if (!socket.destroyed) then();
  });
}

function serveAnew(
  server: Server,
  { request, socket, head }: { request: IncomingMessage; socket: Socket; head: Buffer },
): void {
  // Node has left headers out. The one that says how long the body is may be among them.
  if (request.rawHeaders.length >= MAX_RAW_HEADERS) {
    socket.destroy();
    return;
  }
  // Ends the keep-alive timer of the previous request.
  socket.setTimeout(0);
  socket.unshift(Buffer.concat([headOf(request, server.listening), head]));
  server.emit(server instanceof TlsServer ? 'secureConnection' : 'connection', socket);
}

/** Node keeps so many names and values of a request by default. */
const MAX_RAW_HEADERS = 2_000;

/** The head of the request without the headers of its upgrade. */
function headOf({ method, url, httpVersion, rawHeaders }: IncomingMessage, isListening: boolean): Buffer {
  let head = `${method} ${url} HTTP/${httpVersion}\r\n`;
  let options: string[] = [];
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    // A folded header is one value on several lines.
    const value = (rawHeaders[at + 1] ?? '').replace(/[\r\n]+/g, ' ');
    const lowerName = name.toLowerCase();
    if (lowerName === 'connection') options.push(...value.split(','));
    else if (lowerName !== 'upgrade' && lowerName !== 'http2-settings') head += `${name}: ${value}\r\n`;
  }
  options = options.map((option) => option.trim()).filter((option) => !/^(?:upgrade|http2-settings|)$/i.test(option));
  // A server that stops would wait for the end of a connection that is kept alive.
  if (!isListening) options.push('close');
  return Buffer.from(`${head}${options.length === 0 ? '' : `Connection: ${options.join(', ')}\r\n`}\r\n`, 'latin1');
}
