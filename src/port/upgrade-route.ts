import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type ServerOptions, WebSocketServer } from 'ws';
import type { PortConfig } from '../config/types.ts';
import { header, readRole, readSelfIdHeader } from '../onebot/identity.ts';
import { ONEBOT_12, speaksOneBot12 } from '../onebot/onebot-12.ts';
import { answerPings } from '../support/answer-pings.ts';
import { readFairly } from '../support/fair-reads.ts';
import { PartialMessages } from '../support/partial-messages.ts';
import { text } from '../support/text.ts';
import { admitUpgrade, type Refusal, refused } from './admission.ts';
import type { ApplicationRoute } from './application-route.ts';
import { peerOf } from './peer.ts';
import type { ApplicationGate, BotGate, BotPeer } from './types.ts';

export interface UpgradeTargets {
  readonly bots: BotGate;
  readonly applications: ApplicationRoute;
  /** Takes the connection of an application over. */
  readonly onApplication: ApplicationGate['connected'];
  /**
   * Called for an invalid WebSocket handshake (RFC 6455, section 4.2.1) of a peer that may connect. Has to answer it.
   */
  readonly onUnsound: (request: IncomingMessage, socket: Duplex, refusal: Refusal) => void;
  /** Called when a WebSocket is cut off because incomplete messages take too much memory. */
  readonly onFull: (request: IncomingMessage) => void;
}

/**
 * WebSockets on the port: of bots (OneBot 11, `communication/ws-reverse.md`), known by their `X-Self-ID` or `X-Client-Role`,
 * and of applications. The handshake is answered at once: NapCat and LLOneBot give up after 2 s.
 */
export class UpgradeRoute {
  readonly #targets: UpgradeTargets;
  #config: PortConfig;
  #handshake: WebSocketServer;
  readonly #partials = new PartialMessages(0);

  constructor(config: PortConfig, targets: UpgradeTargets) {
    this.#targets = targets;
    this.#config = config;
    this.#handshake = this.#handshakeFor(config);
    this.#partials.maxBytes = config.maxPayloadBytes * MAX_TOTAL_FACTOR;
  }

  configure(config: PortConfig): void {
    if (config.maxPayloadBytes !== this.#config.maxPayloadBytes) this.#handshake = this.#handshakeFor(config);
    this.#config = config;
    this.#partials.maxBytes = config.maxPayloadBytes * MAX_TOTAL_FACTOR;
  }

  /** Completes the handshake, or says how it is to be refused. */
  serve(request: IncomingMessage, socket: Duplex, head: Buffer): Refusal | undefined {
    const { headers } = request;
    if (speaksOneBot12(headers)) {
      // Accepted first: a status would reach nobody's eyes, the reason of a close does.
      this.#handshake.handleUpgrade(request, socket, head, (webSocket) => {
        webSocket.on('error', () => webSocket.terminate());
        webSocket.close(1008, String(ONEBOT_12));
      });
      return { ...refused(400, ONEBOT_12), isAnswered: true };
    }
    const namesBot = readSelfIdHeader(headers).kind !== 'missing';
    const looksLikeBot = headers['x-self-id'] !== undefined || header(headers, 'x-client-role') !== undefined;
    const isBot = namesBot || (looksLikeBot && !this.#targets.applications.isListenServer(request));
    const peer = isBot ? this.#admitBot(request) : this.#targets.applications.admit(request);
    if (peer.kind === 'refused') return peer;
    this.#handshake.handleUpgrade(request, socket, head, (webSocket) => {
      this.#partials.watch(webSocket, request.socket, () => {
        this.#targets.onFull(request);
        webSocket.terminate();
      });
      answerPings(webSocket);
      readFairly(webSocket);
      if (peer.kind === 'bot') this.#targets.bots.connected(webSocket, peer.bot, request.socket);
      else this.#targets.onApplication(webSocket, peer);
    });
    return undefined;
  }

  #handshakeFor(config: PortConfig): WebSocketServer {
    const handshake = handshakeFor(config);
    handshake.on('wsClientError', (error, socket, request) => {
      const reason = text`its handshake is no sound WebSocket one: ${error.message}`;
      this.#targets.onUnsound(request, socket, refused(400, reason, UNSOUND_HANDSHAKE));
    });
    return handshake;
  }

  #admitBot(request: IncomingMessage): { kind: 'bot'; bot: BotPeer } | Refusal {
    const { headers } = request;
    const admission = admitUpgrade(headers, request.url ?? '/', this.#config);
    if (admission.kind === 'refused') return admission;
    if (readSelfIdHeader(headers).kind === 'unsound') return refused(400, text`X-Self-ID is not an account id`);
    const role = readRole(headers);
    if (role === undefined) return refused(400, text`X-Client-Role is none of Universal, API and Event`);
    const peer = peerOf(request, role);
    const refusal = this.#targets.bots.refusal(peer);
    return refusal === undefined ? { kind: 'bot', bot: peer } : refused(503, refusal);
  }
}

const UNSOUND_HANDSHAKE = text`look which program, or proxy in between, makes it; a proxy has to pass Sec-WebSocket-Key and Sec-WebSocket-Version on`;

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
    autoPong: false,
    closeTimeout: CLOSE_TIMEOUT_MS,
  };
  return new WebSocketServer(options);
}

/** All incomplete messages together may hold this many times `max_payload`. */
const MAX_TOTAL_FACTOR = 4;

/** A peer that doesn't answer a close, ours or that for its broken frame, is cut off. */
const CLOSE_TIMEOUT_MS = 3_000;
