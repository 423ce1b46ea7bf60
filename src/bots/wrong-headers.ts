import type { BotPeer } from '../port/types.ts';
import type { Logger } from '../support/logger.ts';
import type { BotRegistry } from './bot-registry.ts';
import type { SessionPeer, SocketSession } from './socket-session.ts';

/**
 * Programs whose `X-Self-ID` names another account than their events do: onebots sends the id of its own config. The events
 * are right. It is remembered who they were, so that a program that comes again is known at once, and so is
 * its API connection, which brings no events.
 */
export class WrongHeaders {
  readonly #logger: Logger;
  /** Accounts by the host of the program and its header, the newest last. */
  readonly #accounts = new Map<string, string>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** The events of a program with that header are of that account. */
  note(remote: string, header: string, selfId: string): void {
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

  /** Who connects: the one of last time where the header was wrong. Its first event tells whether that still holds. */
  meant(peer: BotPeer, bots: BotRegistry): SessionPeer {
    const { selfId: header, remote } = peer;
    const selfId = header === undefined ? undefined : this.#accounts.get(keyOf(remote, header));
    if (header === undefined || selfId === undefined || bots.get(header)?.online === true) {
      return { ...peer, kind: 'reverse-ws' };
    }
    // It was made when the port asked whether it may connect.
    if (bots.get(header)?.lastSeenAt === undefined && bots.refusalToForget(header) === undefined) bots.forget(header);
    return { ...peer, kind: 'reverse-ws', header, selfId };
  }
}

/** Whether that is the API connection of a program whose other one has named its account. */
export function isPair(other: SocketSession, session: SocketSession): boolean {
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
