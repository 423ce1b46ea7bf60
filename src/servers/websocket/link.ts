import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { WebSocketServerConfig } from '../../config/types.ts';
import type { LogCursor } from '../../log/types.ts';
import type { OneBotEvent } from '../../onebot/bot-frame.ts';
import { Dialler } from '../../support/dialler.ts';
import type { Logger } from '../../support/logger.ts';
import { shownUrl } from '../../support/shown-url.ts';
import { text } from '../../support/text.ts';
import { failedDial } from '../../support/trouble.ts';
import { BreakWatch } from '../delivery/break-watch.ts';
import { type Deliveries, TOO_LARGE } from '../delivery/deliveries.ts';
import { ServerCaller } from '../server-caller.ts';
import type { LinkFacts, LinkStatus } from '../types.ts';
import type { WorkerContext } from '../worker-context.ts';
import { dial } from './dial.ts';
import { LinkTraffic } from './link-traffic.ts';

export interface LinkOptions {
  /** The server's config now, which a reload may change. */
  readonly config: () => WebSocketServerConfig;
  readonly cursor: LogCursor;
  readonly deliveries: Deliveries;
  readonly context: WorkerContext;
}

/**
 * The connection between one bot and one server, kept up.
 *
 * There is never more than one socket: aiocqhttp and ZeroBot unregister the bot when the old one closes, and NoneBot2
 * refuses a second one.
 */
export class Link {
  readonly #selfId: string;
  readonly #options: LinkOptions;
  readonly #logger: Logger;
  readonly #dialler: Dialler;
  readonly #caller: ServerCaller;
  readonly #breaks = new BreakWatch();
  readonly #facts: LinkFacts;
  /** While the link is up. */
  #traffic: LinkTraffic | undefined;
  #paused = false;
  #held = false;

  constructor(selfId: string, options: LinkOptions) {
    const { config, context } = options;
    this.#selfId = selfId;
    this.#options = options;
    this.#logger = context.logger.child({ bot: selfId });
    this.#caller = new ServerCaller(config, (frame, action) => this.#traffic?.reply(frame, action));
    this.#facts = context.facts();
    this.#dialler = new Dialler({
      maxWaitMs: MAX_WAIT_MS,
      dial: () =>
        dial({
          config: config(),
          selfId,
          userAgent: context.userAgent,
          maxPayloadBytes: context.maxPayloadBytes(),
        }),
      onOpen: (socket, transport) => this.#onOpen(socket, transport),
      onDown: (loss) => {
        this.#traffic?.stop(loss);
        this.#traffic = undefined;
      },
      onFailed: (error) => {
        const { kind, trouble } = failedDial(error, config().accessToken !== undefined);
        if (kind === 'refused') this.#facts.refusedHandshake(trouble);
        else this.#facts.failed(trouble);
      },
      onLost: (code, reason) => {
        this.#facts.closed({ ...closeTrouble(code), said: reason }, { isTooLarge: code === TOO_LARGE });
        this.#logger.info('a server link is lost, the bridge dials again', { code, reason });
      },
      onUnreachable: (reason) => {
        // The application that connects next may be another one, or may have another limit.
        this.#options.deliveries.limit.forget();
        this.#logger.warn('a server can not be connected, the bridge goes on trying', {
          url: shownUrl(config().url),
          reason,
        });
      },
    });
  }

  /** Dials, unless the link is up or on its way. */
  start(): void {
    this.#dialler.start();
  }

  /** If the link waits for its next try, dials at once. */
  retry(): void {
    this.#dialler.retry();
  }

  /** Drops what connection there is and dials at once. */
  reconnect(): void {
    this.#facts.reset();
    this.#dialler.reconnect();
  }

  /** Closes; settles when the socket is closed. */
  async stop(): Promise<void> {
    await this.#dialler.stop();
  }

  /** Holds events back, or lets them go again. */
  setPaused(paused: boolean): void {
    this.#paused = paused;
    this.#traffic?.setPaused(this.#isHeldBack);
  }

  /** Like {@link setPaused}, but for events that wait for their bot. */
  setHeld(held: boolean): void {
    this.#held = held;
    this.#traffic?.setPaused(this.#isHeldBack);
  }

  /** The form of the events has changed. */
  reformed(): void {
    this.#traffic?.reformed();
  }

  relay(event: OneBotEvent): void {
    this.#traffic?.relay(event);
  }

  get cursor(): LogCursor {
    return this.#options.cursor;
  }

  get settled(): boolean {
    return this.#traffic === undefined || this.#isHeldBack || this.cursor.waitingEvents === 0;
  }

  status(): LinkStatus {
    const { cursor, context } = this.#options;
    const seen = {
      ...this.#dialler.status(),
      queuedEvents: cursor.waitingEvents,
      ...(cursor.oldestAt === undefined ? {} : { oldestAt: cursor.oldestAt }),
    };
    return {
      selfId: this.#selfId,
      ...seen,
      standing: this.#facts.standing({ ...seen, isPaused: this.#paused, isHeld: this.#held }),
      queuedBytes: cursor.waitingBytes,
      ...(this.#held && cursor.waitingEvents > 0 ? { heldEvents: cursor.waitingEvents } : {}),
      inFlight: context.calls.underWay(this.#caller),
    };
  }

  get #isHeldBack(): boolean {
    return this.#paused || this.#held;
  }

  #onOpen(socket: WebSocket, transport: Socket): void {
    this.#logger.info('connected to a server');
    this.#facts.connected();
    const { config, cursor, deliveries, context } = this.#options;
    this.#traffic = new LinkTraffic(socket, {
      transport,
      rounds: context.rounds,
      selfId: this.#selfId,
      config,
      cursor,
      deliveries,
      breaks: this.#breaks,
      settleMs: context.settleMs,
      facts: this.#facts,
      caller: this.#caller,
      calls: context.calls,
      logger: this.#logger,
    });
    this.#traffic.start(this.#isHeldBack);
  }
}

/** Why an open link has closed. Shiro accepts every handshake and closes with 1000 where the token is wrong. */
function closeTrouble(code: number) {
  return {
    words: code === NO_CLOSE_FRAME ? text`the link broke` : text`the peer closed the link (${code})`,
    cure: text`see its own log; where it closes each link right after the handshake, it may refuse the access_token, or serve no bot at that path`,
  };
}

/** 1006: the connection ended without a close frame (RFC 6455, section 7.4.1). */
const NO_CLOSE_FRAME = 1006;

/** A starting application expects its link within seconds, as a OneBot implementation would dial it. */
const MAX_WAIT_MS = 5_000;
