import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PortConfig } from '../config/types.ts';
import { readSelfIdHeader } from '../onebot/identity.ts';
import { admitBody, admitReport, type Refusal, refused } from './admission.ts';
import { BodyCollector } from './body.ts';
import { peerOf } from './peer.ts';
import type { BotGate } from './types.ts';

/**
 * HTTP reports (OneBot 11, `communication/http-post.md`): 204, or 200 with a quick operation, once the event is safe.
 */
export class ReportRoute {
  readonly #gate: BotGate;
  readonly #bodies = new BodyCollector();
  #config: PortConfig;

  constructor(config: PortConfig, gate: BotGate) {
    this.#config = config;
    this.#gate = gate;
  }

  configure(config: PortConfig): void {
    this.#config = config;
  }

  /** Answers the request, or says how it is to be refused. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<Refusal | undefined> {
    if (request.method !== 'POST') {
      return refused(405, 'QQBridge: bots POST their reports here, or connect with a reverse WebSocket');
    }
    const admission = admitReport(request.headers, request.url ?? '/', this.#config);
    if (admission.kind === 'refused') return admission;
    const selfId = readSelfIdHeader(request.headers);
    if (selfId.kind === 'unsound') return refused(400, 'X-Self-ID is not an account id');
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') return refused(415, 'a report must not be compressed');

    const outcome = await this.#bodies.collect(request, this.#config.maxPayloadBytes);
    switch (outcome.kind) {
      case 'aborted':
        return undefined;
      case 'too-large':
        return refused(413, `larger than max_payload, ${this.#config.maxPayloadBytes} bytes`);
      case 'overloaded':
        return refused(503, 'too many large reports at once');
      case 'body':
        return admitBody(admission, outcome.body) ?? (await this.#report(request, response, outcome.body));
    }
  }

  async #report(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<Refusal | undefined> {
    const reply = await this.#gate.report({ peer: peerOf(request, 'Event'), body });
    switch (reply.kind) {
      case 'unsound':
        return refused(400, reply.reason);
      case 'unavailable':
        return refused(503, reply.reason);
      case 'taken':
        if (reply.operation === undefined) {
          response.writeHead(204).end();
        } else {
          response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': reply.operation.length });
          response.end(reply.operation);
        }
        return undefined;
    }
  }
}
