import type { WebSocket } from 'ws';
import type { ApplicationPeer } from '../../port/types.ts';
import type { Logger } from '../../support/logger.ts';
import { TOO_LARGE } from '../delivery/deliveries.ts';
import type { CallTaker } from '../types.ts';
import { ApplicationSocket } from './application-socket.ts';

/**
 * Applications on a forward WebSocket that make calls and get no events on it: those that showed no token, and servers that
 * get their events otherwise.
 */
export class Visitors {
  readonly #calls: CallTaker;
  readonly #logger: Logger;
  readonly #sockets = new Set<ApplicationSocket>();

  constructor(calls: CallTaker, logger: Logger) {
    this.#calls = calls;
    this.#logger = logger;
  }

  refusal(): string | undefined {
    return this.#sockets.size < MAX_VISITORS
      ? undefined
      : `${MAX_VISITORS} applications that are no listen server's are here`;
  }

  connected(socket: WebSocket, peer: ApplicationPeer): void {
    const { server, role, remote, userAgent } = peer;
    const logger = this.#logger.child({ remote, ...(server === undefined ? {} : { server: server.name }) });
    const visitor: ApplicationSocket = new ApplicationSocket(socket, peer, {
      calls: this.#calls,
      config: () => server,
      onCall: () => {},
      onTooLarge: ({ bytes, action }) => {
        logger.error('an answer is lost: it is larger than the server takes', { action, bytes, code: TOO_LARGE });
      },
      onRoom: () => {},
      onClosed: () => {
        this.#sockets.delete(visitor);
        logger.info('an application that made calls went away');
      },
      logger,
    });
    this.#sockets.add(visitor);
    logger.info('an application dialled in to make calls', { role, agent: userAgent });
  }

  /** Closes all whose rights may have changed. */
  async leave(isMeant: (peer: ApplicationPeer) => boolean): Promise<void> {
    const leaving = [...this.#sockets].filter(({ peer }) => isMeant(peer));
    await Promise.all(leaving.map((socket) => socket.close('the config of the bridge has changed')));
  }
}

const MAX_VISITORS = 256;
