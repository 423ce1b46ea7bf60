import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PortConfig } from '../config/types.ts';
import { readSelfIdHeader } from '../onebot/identity.ts';
import { KeyTable, scanObject } from '../onebot/json-scan.ts';
import { text } from '../support/text.ts';
import { admitBody, admitReport, type Refusal, refused } from './admission.ts';
import type { BodyCollector } from './body.ts';
import { peerOf } from './peer.ts';
import type { AnswerState, BotGate } from './types.ts';

/**
 * HTTP reports (OneBot 11, `communication/http-post.md`): 204, or 200 with a quick operation, once the event is safe.
 */
export class ReportRoute {
  readonly #gate: BotGate;
  readonly #bodies: BodyCollector;
  #config: PortConfig;

  constructor(config: PortConfig, { gate, bodies }: { gate: BotGate; bodies: BodyCollector }) {
    this.#config = config;
    this.#gate = gate;
    this.#bodies = bodies;
  }

  configure(config: PortConfig): void {
    this.#config = config;
  }

  /** The refusal that the headers alone lead to. Undefined where the body has to be read. */
  refusal({ headers, url = '/' }: IncomingMessage): Refusal | undefined {
    const admission = admitReport(headers, url, this.#config);
    return admission.kind === 'refused' ? admission : undefined;
  }

  /** Answers the request, or says how it is to be refused. */
  async serve(request: IncomingMessage, response: ServerResponse): Promise<Refusal | undefined> {
    const admission = admitReport(request.headers, request.url ?? '/', this.#config);
    if (admission.kind === 'refused') return admission;
    const selfId = readSelfIdHeader(request.headers);
    if (selfId.kind === 'unsound') return refused(400, text`X-Self-ID is not an account id`);
    const encoding = request.headers['content-encoding'];
    if (encoding !== undefined && encoding !== 'identity') return refused(415, text`a report must not be compressed`);

    const body = await this.#bodies.read(request, this.#config.maxPayloadBytes);
    if (!Buffer.isBuffer(body)) return body;
    return admitBody(admission, body) ?? (await this.#report(request, response, body));
  }

  /** The same for a report whose body is there already. */
  async serveBody(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<Refusal | undefined> {
    const admission = admitReport(request.headers, request.url ?? '/', this.#config);
    if (admission.kind === 'refused') return admission;
    return admitBody(admission, body) ?? (await this.#report(request, response, body));
  }

  async #report(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<Refusal | undefined> {
    const answer: { state: AnswerState['state'] } = { state: 'open' };
    response.on('close', () => {
      answer.state = response.writableFinished ? 'sent' : 'lost';
    });
    const reply = await this.#gate.report({ peer: peerOf(request, 'Event'), body, answer });
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

const REPORT_KEYS = new KeyTable(['post_type']);

/** Whether a body without `X-Self-ID` beside it is a report and not the parameters of a call. */
export function isReport(body: Buffer): boolean {
  const scan = scanObject(body, REPORT_KEYS);
  return scan.kind === 'object' && scan.object.has('post_type');
}
