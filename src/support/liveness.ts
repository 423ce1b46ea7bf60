import { steadyNow } from './clock.ts';

/** The part of a WebSocket that {@link Liveness} needs. */
export interface Pingable {
  ping(): void;
}

export interface LivenessOptions {
  /** A ping goes out this often while nothing is heard. */
  readonly pingEveryMs: number;
  /** Nothing heard for so long, pong or frame, means that the link is half open. */
  readonly deadAfterMs: number;
  /** Called when it is; whoever owns the socket ends it. */
  readonly onDead: () => void;
}

/**
 * Finds half-open connections: no OneBot implementation pings by itself, and a TCP peer that vanished says nothing.
 * Whoever owns the socket calls `heard()` for each frame and pong, and `stop()` when it closes.
 */
export class Liveness {
  readonly #timer: NodeJS.Timeout;
  #lastHeard = steadyNow();

  constructor(socket: Pingable, { pingEveryMs, deadAfterMs, onDead }: LivenessOptions) {
    this.#timer = setInterval(() => {
      const silentMs = steadyNow() - this.#lastHeard;
      if (silentMs >= deadAfterMs) {
        onDead();
      } else if (silentMs >= pingEveryMs / 2) {
        socket.ping();
      }
    }, pingEveryMs);
  }

  heard(): void {
    this.#lastHeard = steadyNow();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
