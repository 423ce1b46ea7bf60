import type { BotPeer } from '../port/types.ts';
import type { Logger } from '../support/logger.ts';
import type { BotRegistry } from './bot-registry.ts';
import type { SessionPeer, SocketSession } from './socket-session.ts';

/**
 * Remembers programs whose `X-Self-ID` names another account than their events. onebots, for example, sends the id of
 * its own config. The events are right. When such a program connects again, the bridge knows its account at once. It
 * then also knows the account of the program's API connection, which brings no events.
 */
export class WrongHeaders {
  readonly #logger: Logger;
  /** Accounts by the program's host and header, the newest last. */
  readonly #accounts = new Map<string, string>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** A program with this header sends events of this account. */
  note(remote: string, header: string, selfId: string): void {
    // Every report comes here, and nearly always nothing is wrong and nothing was: no key is made then.
    if (header === selfId && this.#accounts.size === 0) return;
    const key = keyOf(remote, header);
    if ((this.#accounts.get(key) ?? header) === selfId) return;
    this.#accounts.delete(key);
    if (header === selfId) return;
    const [oldest] = this.#accounts.keys();
    if (oldest !== undefined && this.#accounts.size >= MAX_WRONG_HEADERS) this.#accounts.delete(oldest);
    this.#accounts.set(key, selfId);
    this.#logger.warn('the X-Self-ID of a bot is not the account in its events: the events count', {
      bot: selfId,
      header,
      remote,
    });
  }

  /**
   * Who connects. Where the header was wrong last time, the account of last time. The first event shows whether this is
   * still right.
   */
  resolve(peer: BotPeer, bots: BotRegistry): SessionPeer {
    const { selfId: header, remote } = peer;
    const selfId = header === undefined ? undefined : this.#accounts.get(keyOf(remote, header));
    if (header === undefined || selfId === undefined || bots.get(header)?.online === true) {
      return { ...peer, kind: 'reverse-ws' };
    }
    // The port made a bot for the header when it checked whether the program may connect.
    if (bots.get(header)?.lastSeenAt === undefined && bots.refusalToForget(header) === undefined) bots.forget(header);
    return { ...peer, kind: 'reverse-ws', header, selfId };
  }
}

/** Whether `other` is the API connection of the program whose event connection is `session`. */
export function isApiLinkOf(other: SocketSession, session: SocketSession): boolean {
  const isSameProgram = other.header === session.header && hostOf(other.remote) === hostOf(session.remote);
  return other !== session && other.role === 'API' && other.header !== undefined && isSameProgram;
}

const MAX_WRONG_HEADERS = 1_000;

function keyOf(remote: string, header: string): string {
  return `${header} ${hostOf(remote)}`;
}

function hostOf(remote: string): string {
  return remote.slice(0, remote.lastIndexOf(':'));
}
