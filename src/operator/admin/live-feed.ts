import type { ServerResponse } from 'node:http';
import type { EndedCall } from '../../calls/types.ts';
import { eventName } from '../../onebot/event-name.ts';
import { steadyNow } from '../../support/clock.ts';
import type { Logger } from '../../support/logger.ts';
import type { Speak } from '../../support/text.ts';
import { writeSpoken } from '../../support/text-json.ts';
import type { LogLine, OperatedBridge, TailedEvent } from '../types.ts';
import type { History } from './history.ts';
import { LiveStatuses } from './live-status.ts';
import { cutText, Sampler } from './sampler.ts';

/** Pages and programs that follow at once. */
const MAX_CLIENTS = 32;

/** Of one that reads slowly; it misses what comes beyond. */
const MAX_BUFFERED_BYTES = 1024 * 1024;

const FLUSH_MS = 200;
const FLUSHES_PER_STATUS = 5;

/** An event that is longer is not looked into for its kind: that would read all of it. */
const MAX_NAMED_BYTES = 256 * 1024;

interface Client {
  readonly response: ServerResponse;
  readonly mayStay: () => boolean;
  /** Frames that it missed. */
  missed: number;
}

/**
 * `/api/stream`: what the bridge does, live, as server-sent events.
 *
 * `status` each second, `history` each five, `events`, `calls` and `log` five times a second, where something came. Of a flood it carries
 * samples and counts what it leaves out. Frames are made once for all who follow, and nothing at all is made while nobody does.
 */
export class LiveFeed {
  readonly #bridge: OperatedBridge;
  readonly #history: History;
  readonly #logger: Logger;
  readonly #speakers: LiveFeedOptions['speakers'];
  readonly #statuses: LiveStatuses;
  readonly #clients = new Set<Client>();
  readonly #events = new Sampler<object>({ maxItems: 20, maxBytes: 96 * 1024 });
  readonly #calls = new Sampler<object>({ maxItems: 20, maxBytes: 96 * 1024 });
  readonly #lines = new Sampler<LogLine>({ maxItems: 40, maxBytes: 96 * 1024 });
  #lastId = 0;
  #flushes = 0;
  #end: (() => void) | undefined;

  constructor({ bridge, history, logger, speakers }: LiveFeedOptions) {
    this.#speakers = speakers;
    this.#bridge = bridge;
    this.#history = history;
    this.#logger = logger;
    this.#statuses = new LiveStatuses(bridge);
  }

  /**
   * Lets a response follow until its peer goes.
   *
   * @param mayStay Asked each second: whether the session that it was let in by still holds.
   * @returns False when too many follow already.
   */
  add(response: ServerResponse, mayStay: () => boolean): boolean {
    if (this.#clients.size >= MAX_CLIENTS) return false;
    const client = { response, mayStay, missed: 0 };
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' });
    response.on('close', () => this.#drop(client));
    response.on('error', () => this.#drop(client));
    this.#clients.add(client);
    this.#end ??= this.#begin();
    // What came before; a page that reconnects begins anew with it.
    response.write(frame('log', { items: this.#bridge.logLines(), leftOut: 0, isWhole: true }));
    void this.#sendStatus([client]);
    return true;
  }

  stop(): void {
    for (const client of this.#clients) client.response.end();
    this.#clients.clear();
    this.#end?.();
    this.#end = undefined;
  }

  #drop(client: Client): void {
    if (!this.#clients.delete(client) || this.#clients.size > 0) return;
    this.#end?.();
    this.#end = undefined;
  }

  #begin(): () => void {
    const timer = setInterval(() => this.#flush(), FLUSH_MS);
    const ends = [
      this.#bridge.tail(undefined, (event) => this.#takeEvent(event)),
      this.#bridge.watchCalls((call) => this.#takeCall(call)),
      this.#bridge.followLog((line) => this.#lines.offer(line.message.length + line.fields.length, () => line)),
      this.#history.follow((sample) => this.#send('history', sample)),
    ];
    return () => {
      clearInterval(timer);
      for (const end of ends) end();
      for (const sampler of [this.#events, this.#calls, this.#lines]) sampler.flush();
    };
  }

  #takeEvent({ selfId, bytes }: TailedEvent): void {
    this.#events.offer(bytes.length, () => ({
      id: this.#nextId(),
      at: Date.now(),
      selfId,
      name: bytes.length > MAX_NAMED_BYTES ? '' : eventName(bytes),
      byteLength: bytes.length,
      json: cutText(bytes),
    }));
  }

  #takeCall({ request, answer, ms, ...call }: EndedCall): void {
    this.#calls.offer(request.bytes.length + (answer?.bytes.length ?? 0), () => ({
      id: this.#nextId(),
      at: Date.now(),
      ...call,
      ms: Math.round(ms * 10) / 10,
      request: cutText(request.bytes),
      requestLength: request.byteLength,
      ...(answer === undefined ? {} : { answer: cutText(answer.bytes), answerLength: answer.byteLength }),
    }));
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  #flush(): void {
    for (const [name, sampler] of [
      ['events', this.#events],
      ['calls', this.#calls],
      ['log', this.#lines],
    ] as const) {
      const sampled = sampler.flush();
      if (sampled !== undefined) this.#send(name, sampled);
    }
    this.#flushes += 1;
    if (this.#flushes % FLUSHES_PER_STATUS !== 0) return;
    for (const client of this.#clients) if (!client.mayStay()) client.response.end();
    void this.#sendStatus(this.#clients);
  }

  /** Each sentence is sent in all languages, because the reader chooses the language of the page. */
  async #sendStatus(clients: Iterable<Client>): Promise<void> {
    try {
      const status = await this.#statuses.take(steadyNow());
      this.#write(frameOf('status', writeSpoken(status, this.#speakers)), clients);
    } catch (error) {
      this.#logger.error('a status for the dashboard failed', { error });
    }
  }

  #send(name: string, data: object): void {
    this.#write(frame(name, data), this.#clients);
  }

  #write(text: string, clients: Iterable<Client>): void {
    const bytes = Buffer.from(text);
    for (const client of clients) {
      const { response } = client;
      if (response.writableEnded || response.destroyed) continue;
      if (response.writableLength > MAX_BUFFERED_BYTES) {
        client.missed += 1;
        continue;
      }
      if (client.missed > 0) response.write(frame('missed', { frames: client.missed }));
      client.missed = 0;
      response.write(bytes);
    }
  }
}

function frame(name: string, data: object): string {
  return frameOf(name, JSON.stringify(data));
}

function frameOf(name: string, json: string): string {
  return `event: ${name}\ndata: ${json}\n\n`;
}

export interface LiveFeedOptions {
  readonly bridge: OperatedBridge;
  readonly history: History;
  readonly logger: Logger;
  /** Says the sentences of the status, by language. */
  readonly speakers: Readonly<Record<'en' | 'zh', Speak>>;
}
