import { type Caller, NO_SERVER } from '../calls/types.ts';
import type { ServerConfig } from '../config/types.ts';

const CALL_TIMEOUT_MS = 55_000;

/** The caller of a connection. Its rights are those that its server's config gives at the moment of the call. */
export class ServerCaller implements Caller {
  readonly reply: Caller['reply'];
  readonly #config: () => ServerConfig | undefined;

  /** @param config Undefined for a caller that is no server. */
  constructor(config: () => ServerConfig | undefined, reply: Caller['reply']) {
    this.#config = config;
    this.reply = reply;
  }

  get server(): string {
    return this.#config()?.name ?? NO_SERVER.anonymous;
  }

  get timeoutMs(): number {
    return this.#config()?.callTimeoutMs ?? CALL_TIMEOUT_MS;
  }

  get bots(): Caller['bots'] {
    return this.#config()?.bots;
  }

  get actions(): Caller['actions'] {
    return this.#config()?.actions;
  }
}
