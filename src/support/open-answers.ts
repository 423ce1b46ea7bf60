import type { Server, ServerResponse } from 'node:http';

/** Which connections of an HTTP server have an answer that is not over. */
export class OpenAnswers {
  /** The last one suffices: answers of a connection go out in order. */
  readonly #last = new WeakMap<object, ServerResponse>();

  constructor(server: Server) {
    server.prependListener('request', ({ socket }, response) => this.#last.set(socket, response));
  }

  /** The one that is over last; undefined where nothing is under way. */
  of(socket: object): ServerResponse | undefined {
    const last = this.#last.get(socket);
    return last?.closed === true ? undefined : last;
  }
}
