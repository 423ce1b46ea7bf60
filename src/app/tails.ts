import type { CallWatcher, EndedCall } from '../calls/types.ts';
import type { OneBotEvent } from '../onebot/bot-frame.ts';
import type { TailedEvent } from '../operator/types.ts';
import type { Logger } from '../support/logger.ts';

/** Those who follow events and calls live (`tail`, the dashboard). Costs a check per event while nobody does. */
export class Tails {
  readonly #incoming = new Set<Listener>();
  readonly #delivered = new Map<Listener, string>();
  readonly #calls = new Set<CallListener>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Calls `listener` for what comes in, or for what that server gets; the returned function ends it. */
  follow(server: string | undefined, listener: Listener): () => void {
    if (server === undefined) this.#incoming.add(listener);
    else this.#delivered.set(listener, server);
    return () => {
      this.#incoming.delete(listener);
      this.#delivered.delete(listener);
    };
  }

  /** Calls `listener` for each call that ends at `desk`, which is watched only while somebody follows. */
  followCalls(desk: WatchedDesk, listener: CallListener): () => void {
    this.#calls.add(listener);
    desk.watch(this.#watcher);
    return () => {
      this.#calls.delete(listener);
      if (this.#calls.size === 0) desk.watch(undefined);
    };
  }

  incoming({ selfId, bytes }: OneBotEvent): void {
    for (const listener of this.#incoming) this.#tell(listener, { selfId, bytes });
  }

  /** `form` makes the bytes that the server was sent. Called only while somebody follows the server. */
  readonly delivered = (server: string, event: OneBotEvent, form: SentForm): void => {
    for (const [listener, followed] of this.#delivered) {
      if (followed === server) this.#tell(listener, { selfId: event.selfId, server, bytes: form.payload(event) });
    }
  };

  readonly #watcher: CallWatcher = {
    ended: (call) => {
      for (const listener of this.#calls) {
        try {
          listener(call);
        } catch (error) {
          this.#logger.error('who follows the calls could not be told of one', { error });
        }
      }
    },
  };

  /** A fault of a listener must not harm the delivery of the event. */
  #tell(listener: Listener, event: TailedEvent): void {
    try {
      listener(event);
    } catch (error) {
      this.#logger.error('who follows the events could not be told of one', { error });
    }
  }
}

interface WatchedDesk {
  watch(watcher: CallWatcher | undefined): void;
}

interface SentForm {
  payload(event: OneBotEvent): Buffer;
}

type Listener = (event: TailedEvent) => void;
type CallListener = (call: EndedCall) => void;
