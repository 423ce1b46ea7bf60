import { type ClientOptions, WebSocket } from 'ws';
import type { WebSocketServerConfig } from '../../config/types.ts';
import { tlsOptions } from '../../support/tls-options.ts';

/** Opens a connection as a OneBot 11 implementation does (`communication/ws-reverse.md`). */
export function dial({ config, selfId, userAgent, maxPayloadBytes }: DialOptions): WebSocket {
  // @types/ws lacks `closeTimeout`.
  const options: ClientOptions & { closeTimeout: number } = {
    headers: {
      'X-Self-ID': selfId,
      // Koishi wants exactly this spelling.
      'X-Client-Role': 'Universal',
      'User-Agent': userAgent,
      ...(config.accessToken === undefined ? {} : { Authorization: `Bearer ${config.accessToken}` }),
    },
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    maxPayload: maxPayloadBytes,
    perMessageDeflate: false,
    // The scan of each frame checks UTF-8.
    skipUTF8Validation: true,
    autoPong: false,
    closeTimeout: CLOSE_TIMEOUT_MS,
    ...tlsOptions(config.tls),
  };
  return new WebSocket(config.url, options);
}

export interface DialOptions {
  readonly config: WebSocketServerConfig;
  readonly selfId: string;
  readonly userAgent: string;
  /** Largest call taken: images and videos in base64. */
  readonly maxPayloadBytes: number;
}

const HANDSHAKE_TIMEOUT_MS = 10_000;

/** A peer that doesn't answer a close, ours or that for its broken frame, is cut off. */
const CLOSE_TIMEOUT_MS = 3_000;
