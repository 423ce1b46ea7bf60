import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ServerOptions, WebSocketServer } from 'ws';
import type { PortConfig } from '../config/types.ts';
import { header, readRole, readSelfIdHeader } from '../onebot/identity.ts';
import { admitUpgrade, type Refusal, refused } from './admission.ts';
import { peerOf } from './peer.ts';
import type { BotGate } from './types.ts';

/**
 * Reverse WebSockets (OneBot 11, `communication/ws-reverse.md`). The handshake is answered at once: NapCat and
 * LLOneBot give up after 2 s.
 */
export class UpgradeRoute {
  readonly #gate: BotGate;
  #config: PortConfig;
  #handshake: WebSocketServer;

  constructor(config: PortConfig, gate: BotGate) {
    this.#gate = gate;
    this.#config = config;
    this.#handshake = handshakeFor(config);
  }

  configure(config: PortConfig): void {
    if (config.maxPayloadBytes !== this.#config.maxPayloadBytes) this.#handshake = handshakeFor(config);
    this.#config = config;
  }

  /** Completes the handshake, or says how it is to be refused. */
  serve(request: IncomingMessage, socket: Duplex, head: Buffer): Refusal | undefined {
    const { headers } = request;
    const admission = admitUpgrade(headers, request.url ?? '/', this.#config);
    if (admission.kind === 'refused') return admission;
    const selfId = readSelfIdHeader(headers);
    if (selfId.kind === 'unsound') return refused(400, 'X-Self-ID is not an account id');
    if (selfId.kind === 'missing' && header(headers, 'x-client-role') === undefined) {
      return refused(400, 'neither X-Self-ID nor X-Client-Role: not the reverse WebSocket of a OneBot 11 bot');
    }
    const role = readRole(headers);
    if (role === undefined) return refused(400, 'X-Client-Role is none of Universal, API and Event');
    const peer = peerOf(request, role);
    const refusal = this.#gate.refusal(peer);
    if (refusal !== undefined) return refused(503, refusal);
    this.#handshake.handleUpgrade(request, socket, head, (webSocket) => this.#gate.connected(webSocket, peer));
    return undefined;
  }
}

function handshakeFor({ maxPayloadBytes }: PortConfig): WebSocketServer {
  // @types/ws lacks `closeTimeout`.
  const options: ServerOptions & { closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    // Costs 30 times the CPU of a frame and 240 kB per connection.
    perMessageDeflate: false,
    maxPayload: maxPayloadBytes,
    // The scan of each frame checks UTF-8, of binary frames too.
    skipUTF8Validation: true,
    closeTimeout: CLOSE_TIMEOUT_MS,
  };
  return new WebSocketServer(options);
}

/** A peer that doesn't answer a close, ours or that for its broken frame, is cut off. */
const CLOSE_TIMEOUT_MS = 3_000;
