import type { HttpServerConfig } from '../../config/types.ts';
import type { LogCursor, LogEntry } from '../../log/types.ts';
import type { OneBotEvent } from '../../onebot/bot-frame.ts';
import { lifecycleEvent } from '../../onebot/lifecycle.ts';
import { Backoff } from '../../support/backoff.ts';
import { steadyNow } from '../../support/clock.ts';
import { shownUrl } from '../../support/shown-url.ts';
import { text, type Words } from '../../support/text.ts';
import { Deliveries } from '../delivery/deliveries.ts';
import type { LinkFacts, LinkStatus, ServerStatus, ServerWorker } from '../types.ts';
import type { WorkerContext } from '../worker-context.ts';
import { AnsweredOperations } from './answered-operations.ts';
import { DeliveryIds } from './delivery-ids.ts';
import { deathBy, type Gate, LINK_STATES, STOP_WAIT_MS } from './gate.ts';
import { judge, type Outcome } from './outcome.ts';
import { Poster } from './poster.ts';
import { tellOutcome } from './tell-outcome.ts';

/**
 * The worker of a server that gets each event by POST.
 *
 * Posts start in order, up to `concurrency` under way. When the server can't be reached, the event goes back to its
 * place in the log and the worker waits; then a single event probes it before the others follow, so that they still
 * start in order. Outcomes are judged in `outcome.ts` alone.
 */
export class HttpWorker implements ServerWorker {
  #config: HttpServerConfig;
  readonly #context: WorkerContext;
  readonly #cursor: LogCursor;
  readonly #poster: Poster;
  readonly #deliveries: Deliveries;
  readonly #facts: LinkFacts;
  readonly #backoff = new Backoff();
  /** How often an event has been answered with 5xx. */
  readonly #failures = new WeakMap<LogEntry, number>();
  /** How often the connection has broken with each event. */
  readonly #breaks = new WeakMap<LogEntry, number>();
  /** An event that is suspected of breaking the connection, while it is posted. No other POST is under way then. */
  #alone: LogEntry | undefined;
  /** Timers of events that hold their place while they wait for their next try. */
  readonly #holding = new Set<NodeJS.Timeout>();
  readonly #ids: DeliveryIds;
  readonly #operations: AnsweredOperations;
  /** Lifecycle and heartbeat events to post before the others; dropped when the server is away. */
  #meta: OneBotEvent[] = [];
  #underWay = 0;
  #gate: Gate = { kind: 'untried' };
  #since = steadyNow();
  #paused = false;
  #hasEnded = false;

  constructor(config: HttpServerConfig, context: WorkerContext) {
    this.#config = config;
    this.#context = context;
    this.#deliveries = new Deliveries({ ...context, config });
    // For http the cursor is the server's, whichever the bot.
    this.#cursor = context.cursor(config, '');
    this.#facts = context.facts();
    this.#ids = new DeliveryIds(config.name);
    this.#operations = new AnsweredOperations({ ...context, config: () => this.#config });
    this.#poster = new Poster(config, context.userAgent, (entry, outcome) => this.#posted(entry, outcome));
    this.#attend();
  }

  botUp(selfId: string): void {
    this.#postMeta(lifecycleEvent(selfId, 'enable', Date.now()));
  }

  botDown(): void {
    // HTTP has no link to take down; what waits is still delivered.
  }

  eventsWait(): void {
    // It reads its cursor from the start on, whichever bots are there.
  }

  configure(config: HttpServerConfig): void {
    this.#config = config;
    this.#deliveries.configure(config);
    this.#pump();
  }

  forgetLimit(): void {
    // A server answers 413 to a POST that is too large. This holds up no other event.
  }

  relay(event: OneBotEvent): void {
    // OneBot 11, `event/meta.md`: `connect` is for WebSocket alone.
    if (event.kind === 'lifecycle' && event.subType === 'connect') return;
    if (event.kind === 'heartbeat' && !this.#config.heartbeat) return;
    this.#postMeta(event);
  }

  reconnect(): void {
    this.#backoff.reset();
    this.#facts.reset();
    void this.#poster.renew();
    if (this.#gate.kind === 'waiting') this.#probe();
  }

  retry(): void {
    if (this.#gate.kind === 'waiting') this.reconnect();
  }

  async forget(): Promise<void> {
    // The worker keeps nothing for a single bot.
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    this.#attend();
  }

  setHeld(selfId: string, held: boolean): void {
    if (held) return; // Each event of the bot is set aside at its turn, and the events of other bots go on.
    this.#cursor.takeUp(selfId);
    this.#pump();
  }

  get settled(): boolean {
    const isAway = this.#gate.kind === 'waiting' || this.#gate.kind === 'stopped';
    return isAway || (this.#underWay === 0 && (this.#paused || this.#hasOnlyAside));
  }

  async stop(): Promise<void> {
    this.#setGate({ kind: 'stopped' });
    for (const timer of this.#holding) clearTimeout(timer);
    // What is still under way then may have left: it is judged as on any connection that breaks.
    await this.#poster.close(STOP_WAIT_MS);
    this.#hasEnded = true;
    this.#cursor.rewind();
  }

  status(): ServerStatus {
    const { name, protocol, url, enabled } = this.#config;
    const seen = {
      state: LINK_STATES[this.#gate.kind],
      since: this.#since,
      queuedEvents: this.#cursor.waitingEvents,
      ...(this.#cursor.oldestAt === undefined ? {} : { oldestAt: this.#cursor.oldestAt }),
    };
    const link: LinkStatus = {
      ...seen,
      standing: this.#facts.standing({
        ...seen,
        isPaused: this.#paused,
        isHeld: this.#cursor.asideEvents > 0 && this.#hasOnlyAside,
      }),
      queuedBytes: this.#cursor.waitingBytes,
      ...(this.#cursor.asideEvents === 0 ? {} : { heldEvents: this.#cursor.asideEvents }),
      inFlight: this.#underWay,
      ...(this.#gate.kind === 'waiting' ? { lastError: this.#gate.reason, nextTryAt: this.#gate.nextTryAt } : {}),
    };
    const counts = this.#deliveries.counter.counts([this.#cursor]);
    return { name, protocol, url: shownUrl(url), enabled, paused: this.#paused, links: [link], counts };
  }

  #postMeta(event: OneBotEvent): void {
    if (this.#gate.kind === 'waiting' || this.#gate.kind === 'stopped' || this.#meta.length >= MAX_META) return;
    this.#meta.push(event);
    this.#pump();
  }

  /** Starts as many posts as may be under way. */
  #pump(): void {
    while (this.#mayPost()) {
      const meta = this.#meta.shift();
      const entry = meta === undefined && !this.#paused ? this.#next() : undefined;
      if (meta !== undefined) this.#deliverMeta(meta);
      else if (entry === undefined) return;
      else if (!this.#isSuspect(entry)) this.#deliver(entry);
      else if (this.#underWay === 0) this.#deliverAlone(entry);
      else {
        // The POSTs under way come first. The last of them calls `#pump` again.
        this.#cursor.giveBack(entry);
        return;
      }
    }
  }

  /** Whether the connection has broken so often with this event that the event may be the cause. */
  #isSuspect(entry: LogEntry): boolean {
    return (this.#breaks.get(entry) ?? 0) >= MIN_BREAKS;
  }

  /** Posts a suspected event on a new connection, since an old connection may break for other reasons. */
  #deliverAlone(entry: LogEntry): void {
    this.#alone = entry;
    void this.#poster.renew();
    if (!this.#deliver(entry)) this.#alone = undefined;
  }

  get #hasOnlyAside(): boolean {
    return this.#cursor.waitingEvents === this.#cursor.asideEvents;
  }

  /** The next event whose bot can take a reply. */
  #next(): LogEntry | undefined {
    for (;;) {
      const entry = this.#cursor.take();
      if (entry === undefined || !this.#context.isHeld(entry.event.selfId)) return entry;
      this.#cursor.setAside(entry);
    }
  }

  #mayPost(): boolean {
    if (this.#alone !== undefined) return false;
    if (this.#gate.kind === 'probing') return this.#underWay === 0;
    if (this.#gate.kind === 'waiting' || this.#gate.kind === 'stopped') return false;
    return this.#underWay < this.#config.concurrency;
  }

  #deliverMeta(event: OneBotEvent): void {
    this.#underWay += 1;
    try {
      const body = this.#deliveries.form.payload(event);
      this.#poster.post({ event, body, deliveryId: this.#ids.next() });
    } catch (error) {
      this.#underWay -= 1;
      this.#context.logger.error('a lifecycle or heartbeat event could not be posted', { bot: event.selfId, error });
    }
  }

  /** Whether a POST of the event is under way now. If not, the event is a dead letter. */
  #deliver(entry: LogEntry): boolean {
    const body = this.#deliveries.payload(this.#cursor, entry);
    if (body === undefined) return false;
    this.#underWay += 1;
    this.#context.quickOperations.posting(entry.event);
    try {
      this.#poster.post({ event: entry.event, body, deliveryId: this.#ids.of(entry), entry });
    } catch (error) {
      this.#underWay -= 1;
      this.#deliveries.failed(this.#cursor, entry, error);
      return false;
    }
    return true;
  }

  #posted(entry: LogEntry | undefined, outcome: Outcome): void {
    // The worker has ended. The event waits again, and another worker may have it.
    if (this.#hasEnded) return;
    tellOutcome(this.#facts, { outcome, posted: entry === undefined ? 'meta' : 'event' }, this.#config);
    if (entry === undefined) {
      this.#settleMeta(outcome);
    } else {
      this.#operations.posted(entry.event, outcome);
      this.#settle(entry, outcome);
    }
  }

  #settleMeta(outcome: Outcome): void {
    this.#underWay -= 1;
    if (outcome.kind === 'broken' || outcome.kind === 'unreachable') this.#away(outcome.reason);
    else this.#reached();
    this.#pump();
  }

  #settle(entry: LogEntry, outcome: Outcome): void {
    const failures = this.#failures.get(entry) ?? 0;
    const verdict = judge(outcome, failures, this.#config.delivery);
    const wasAlone = this.#alone === entry;
    if (wasAlone) this.#alone = undefined;
    if (verdict.kind !== 'retry' || verdict.holds === 'event') this.#reached();
    switch (verdict.kind) {
      case 'delivered':
        this.#deliveries.delivered(this.#cursor, entry, steadyNow());
        break;
      case 'unknown':
        this.#deliveries.unanswered(this.#cursor, entry, verdict.reason);
        break;
      case 'dead':
        this.#deliveries.bury(this.#cursor, entry, deathBy(verdict, this.#context.mask));
        break;
      case 'retry':
        // A stopping bridge cuts POSTs off itself, and such a break says nothing of the event.
        if (outcome.kind === 'broken' && this.#gate.kind !== 'stopped') {
          this.#breaks.set(entry, (this.#breaks.get(entry) ?? 0) + 1);
          if (wasAlone) {
            this.#buryBreaking(entry, verdict.reason);
            break;
          }
        }
        this.#deliveries.retried(entry, verdict.reason);
        if (verdict.holds === 'event' && this.#gate.kind !== 'stopped') {
          this.#retryLater(entry, failures + 1);
          return;
        }
        this.#cursor.giveBack(entry);
        this.#away(verdict.reason);
    }
    this.#underWay -= 1;
    this.#pump();
  }

  /** The connection broke with an event that was posted alone, and it had broken with this event before. */
  #buryBreaking(entry: LogEntry, reason: Words): void {
    this.#deliveries.bury(this.#cursor, entry, { reason: text`the connection breaks with it (${reason})` });
    this.#away(reason);
  }

  /** The event keeps its place among those under way, so that `concurrency: 1` makes each wait for the last. */
  #retryLater(entry: LogEntry, failures: number): void {
    this.#failures.set(entry, failures);
    const timer = setTimeout(() => {
      this.#holding.delete(timer);
      this.#underWay -= 1;
      this.#deliver(entry);
      // If the event could not be posted, another one can use its slot.
      this.#pump();
    }, 1_000 * failures);
    this.#holding.add(timer);
  }

  #reached(): void {
    if (this.#gate.kind === 'stopped' || this.#gate.kind === 'open') return;
    if (this.#gate.kind !== 'untried') this.#context.logger.info('a server takes events again');
    if (this.#gate.kind === 'waiting') clearTimeout(this.#gate.timer);
    this.#backoff.reset();
    this.#setGate({ kind: 'open' });
  }

  #away(reason: Words): void {
    if (this.#gate.kind === 'waiting' || this.#gate.kind === 'stopped') return;
    if (this.#backoff.failures === 0) {
      const { url } = this.#config;
      this.#context.logger.warn('a server can not be reached, the bridge goes on trying', {
        url: shownUrl(url),
        reason,
      });
    }
    this.#meta = [];
    const waitMs = this.#backoff.next();
    const timer = setTimeout(() => this.#probe(), waitMs);
    this.#setGate({ kind: 'waiting', timer, nextTryAt: steadyNow() + waitMs, reason });
  }

  #probe(): void {
    this.#setGate({ kind: 'probing' });
  }

  #setGate(gate: Gate): void {
    if (this.#gate.kind === 'waiting') clearTimeout(this.#gate.timer);
    this.#gate = gate;
    this.#since = steadyNow();
    this.#attend();
  }

  /** Reads its cursor while the server may take events: what is to wait for none that is away is dropped there. */
  #attend(): void {
    const isAway = this.#paused || this.#gate.kind === 'waiting' || this.#gate.kind === 'stopped';
    this.#cursor.setReader(isAway ? undefined : () => this.#pump());
    this.#pump();
  }
}

/** Lifecycle and heartbeat events that may wait for a free connection. */
const MAX_META = 64;

/** After so many breaks an event is posted alone. One more break makes it a dead letter. */
const MIN_BREAKS = 3;
