import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { HeardEvent } from './application.ts';
import { SPAM } from './chat.ts';
import type { SimulatedServer } from './types.ts';

/** An application that is posted to and answers with quick operations. It fails by answering 429, so that events wait. */
export class SimulatedHttpServer implements SimulatedServer {
  readonly name: string;
  #server: Server | undefined;
  #port = 0;
  #isBroken = false;

  constructor(name: string) {
    this.name = name;
  }

  get port(): number {
    return this.#port;
  }

  async start(): Promise<void> {
    const server = createServer((request, response) => void this.#serve(request, response));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  async fail(): Promise<string> {
    this.#isBroken = true;
    return 'it answers 429';
  }

  async recover(): Promise<void> {
    this.#isBroken = false;
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      let body = '';
      for await (const chunk of request.setEncoding('utf8')) body += chunk;
      const { raw_message: text = '' } = JSON.parse(body) as HeardEvent;
      if (this.#isBroken) response.writeHead(429).end();
      else if (text === SPAM) response.writeHead(422).end();
      else if (text.startsWith('echo ')) answer(response, { reply: text.slice('echo '.length), at_sender: false });
      else response.writeHead(204).end();
    } catch {
      // Broken off by the bridge, or none of its requests.
      response.writeHead(400).end();
    }
  }
}

function answer(response: ServerResponse, operation: Readonly<Record<string, unknown>>): void {
  response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(operation));
}
