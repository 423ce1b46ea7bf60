import type { IncomingHttpHeaders } from 'node:http';
import { text } from '../support/text.ts';

/**
 * Peers that speak OneBot 12, which knows a bot by other means and has other actions: recognised, so that they are told
 * what is wrong and not left with a puzzle.
 */
export const ONEBOT_12 = text`this is OneBot 12, and the bridge speaks OneBot 11: choose that in the settings of the other side`;

/** A reverse WebSocket names `12.<impl>` as its subprotocol, a webhook has `X-OneBot-Version: 12` (OneBot 12, `connect`). */
export function speaksOneBot12(headers: IncomingHttpHeaders): boolean {
  const protocols = headers['sec-websocket-protocol']?.split(',') ?? [];
  return headers['x-onebot-version'] === '12' || protocols.some((name) => name.trim().startsWith('12.'));
}
