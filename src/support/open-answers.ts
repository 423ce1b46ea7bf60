import type { Server, ServerResponse } from 'node:http';

/** Finds the unfinished answer of a connection of an HTTP server. */
export class OpenAnswers {
  /**
   * The last answer of each connection. Earlier ones need not be kept, since the answers of a connection are sent in
   * order.
   */
  readonly #last = new WeakMap<object, ServerResponse>();

  constructor(server: Server) {
    server.prependListener('request', ({ socket }, response) => this.#last.set(socket, response));
  }

  /** The unfinished answer that will end last. Undefined where none is unfinished. */
  of(socket: object): ServerResponse | undefined {
    const last = this.#last.get(socket);
    return last?.closed === true ? undefined : last;
  }
}
