import type { OneBotCall } from '../onebot/call-frame.ts';
import type { CallSession } from './types.ts';

/**
 * Equal read-only calls that are under way at once, by session, so that one of them serves all. Whoever makes any other
 * call closes the shares of that bot to later comers, so that a server reads what it wrote.
 */
export class Shares<T> {
  readonly #open = new Map<CallSession, Map<string, T>>();

  find(session: CallSession, key: string): T | undefined {
    return this.#open.get(session)?.get(key);
  }

  open(session: CallSession, key: string, call: T): void {
    let shares = this.#open.get(session);
    if (shares === undefined) {
      shares = new Map();
      this.#open.set(session, shares);
    }
    shares.set(key, call);
  }

  /** That call takes in nobody any more. */
  end(session: CallSession, key: string, call: T): void {
    const shares = this.#open.get(session);
    if (shares?.get(key) !== call) return;
    shares.delete(key);
    if (shares.size === 0) this.#open.delete(session);
  }

  /** No call of that session takes in anybody any more. */
  close(session: CallSession): void {
    this.#open.delete(session);
  }
}

/**
 * What has to be equal for two calls to share one: action and the bytes of the params. Undefined for a call that
 * shares nothing: one that may change something, has a suffix, or may be answered by several frames.
 */
export function shareKey({ action, frame }: OneBotCall): string | undefined {
  if (!/^get_\w+$/.test(action) || /_async|_rate_limited|stream/.test(action) || frame.isAmbiguous('params')) {
    return undefined;
  }
  const params = frame.raw('params');
  if (params === undefined) return action;
  return params.length > MAX_PARAMS_BYTES ? undefined : `${action} ${params.toString('latin1')}`;
}

/** Params of reading calls are a few ids; longer ones are not worth keeping to compare. */
const MAX_PARAMS_BYTES = 4096;
