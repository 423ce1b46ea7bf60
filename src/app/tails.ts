import type { OneBotEvent } from '../onebot/bot-frame.ts';
import type { TailedEvent } from '../operator/types.ts';

/** Those who follow events live (`tail`). Costs a check per event while nobody does. */
export class Tails {
  readonly #incoming = new Set<Listener>();
  readonly #delivered = new Map<Listener, string>();

  /** Calls `listener` for what comes in, or for what that server gets; the returned function ends it. */
  follow(server: string | undefined, listener: Listener): () => void {
    if (server === undefined) this.#incoming.add(listener);
    else this.#delivered.set(listener, server);
    return () => {
      this.#incoming.delete(listener);
      this.#delivered.delete(listener);
    };
  }

  incoming({ selfId, bytes }: OneBotEvent): void {
    for (const listener of this.#incoming) listener({ selfId, bytes });
  }

  readonly delivered = (server: string, { selfId, bytes }: OneBotEvent): void => {
    for (const [listener, followed] of this.#delivered) if (followed === server) listener({ selfId, server, bytes });
  };
}

type Listener = (event: TailedEvent) => void;
