import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Cleanup } from './cleanup.ts';
import { Inbox, type TakeOptions } from './inbox.ts';

export interface ReceivedPost {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** Tells connections apart. */
  readonly remotePort: number;
}

/** What to answer: a status with an optional body, `reset` to cut the connection, `hang` to say nothing. */
export type HttpReply =
  | { readonly status: number; readonly body?: string; readonly headers?: Readonly<Record<string, string>> }
  | 'reset'
  | 'hang';

/** An application that takes events by HTTP POST. It answers 204 unless told otherwise. */
export class FakeHttpServer {
  /** Every POST, in the order their bodies were complete. */
  readonly posts = new Inbox<ReceivedPost>('posts at the server');
  /** Answers the next POSTs; may be changed at any time, and may wait for as long as a test wishes. */
  reply: (post: ReceivedPost) => HttpReply | Promise<HttpReply> = () => ({ status: 204 });
  readonly #server: Server;
  readonly port: number;

  constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  /** @param port Where to listen; by default a free one. */
  static async start(t: Cleanup, port = 0): Promise<FakeHttpServer> {
    const server = createServer({ keepAliveTimeout: 60_000 });
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', resolve);
    });
    const fake = new FakeHttpServer(server, (server.address() as AddressInfo).port);
    server.on('request', (request, response) => fake.#receive(request, response));
    t.after(() => fake.stop());
    return fake;
  }

  /** The next POST that reports a message, notice or request; lifecycle and heartbeats are passed over. */
  async nextEvent(
    match: (post: ReceivedPost) => boolean = () => true,
    options: TakeOptions = {},
  ): Promise<ReceivedPost> {
    return await this.posts.take((post) => !post.body.includes('"meta_event"') && match(post), options);
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('error', () => {}); // A sender that gives up is seen by its missing post.
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers, socket } = request;
      const body = Buffer.concat(chunks).toString();
      const post: ReceivedPost = { method, path, headers, body, remotePort: socket.remotePort ?? 0 };
      const reply = Promise.resolve(this.reply(post));
      this.posts.push(post);
      void reply.then((answer) => send(response, answer));
    });
  }
}

function send(response: ServerResponse, reply: HttpReply): void {
  if (reply === 'hang') return;
  if (reply === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  response.writeHead(reply.status, reply.headers);
  response.end(reply.body);
}
