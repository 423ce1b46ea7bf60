import type { IncomingMessage } from 'node:http';
import { header, type Role, readSelfIdHeader } from '../onebot/identity.ts';
import type { BotPeer } from './types.ts';

/** Who sent the request. An `X-Self-ID` that is no id has been refused before. */
export function peerOf(request: IncomingMessage, role: Role): BotPeer {
  const selfId = readSelfIdHeader(request.headers);
  const userAgent = header(request.headers, 'user-agent');
  return {
    role,
    remote: `${request.socket.remoteAddress}:${request.socket.remotePort}`,
    ...(selfId.kind === 'self-id' ? { selfId: selfId.selfId } : {}),
    ...(userAgent === undefined ? {} : { userAgent }),
  };
}
