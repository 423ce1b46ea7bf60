import { Bots } from '../bots/bots.ts';
import { KnownBotsFile } from '../bots/known-bots-file.ts';
import { CallDesk } from '../calls/call-desk.ts';
import { HttpCalls } from '../calls/http-calls.ts';
import { QuickOperations } from '../calls/quick-operations.ts';
import type { BotDirectory, EndedCall } from '../calls/types.ts';
import { type ConfigDiff, describeDiff } from '../config/diff.ts';
import { formatFault } from '../config/findings.ts';
import type { LoadOutcome } from '../config/load.ts';
import { shownConfig } from '../config/shown-config.ts';
import type { Config } from '../config/types.ts';
import type { Voice } from '../language/voice.ts';
import { SharedLog } from '../log/shared-log.ts';
import type { Store } from '../log/store.ts';
import type {
  BridgeStatus,
  DeadLetterStatus,
  ForgetOutcome,
  LogLine,
  OperatedBridge,
  ReloadOutcome,
  TailedEvent,
  WorkerStatus,
} from '../operator/types.ts';
import { Port } from '../port/port.ts';
import { cursorName } from '../routing/cursor-name.ts';
import { Router, seesBot } from '../routing/router.ts';
import { Fleet } from '../servers/fleet.ts';
import type { ServerStatus } from '../servers/types.ts';
import { States } from '../states/states.ts';
import { steadyNow } from '../support/clock.ts';
import { BridgeError, errorWords } from '../support/errors.ts';
import type { Logger } from '../support/logger.ts';
import { text, type Words } from '../support/text.ts';
import { waitUntil } from '../support/wait-until.ts';
import type { Telemetry } from '../telemetry/telemetry.ts';
import { AdminSwitch } from './admin-switch.ts';
import { withCalls } from './counted-calls.ts';
import { faultDetails } from './fault-details.ts';
import { forgetBot } from './forget-bot.ts';
import { Intake } from './intake.ts';
import { applyConfig, type ConfigState } from './reload/apply-config.ts';
import type { StepWatcher } from './reload/steps.ts';
import { spokenHealth } from './spoken-health.ts';
import { Tails } from './tails.ts';
import { VERSION } from './version.ts';
import { queueOf, WaitingEvents } from './waiting-events.ts';
import { listWorkers } from './workers.ts';

export interface BridgeOptions {
  readonly config: Config;
  readonly configFile: string;
  /** Reads the config file again, for `reload config`. */
  readonly load: () => Promise<LoadOutcome>;
  readonly telemetry: Telemetry;
  /** What the bridge speaks; follows the config. */
  readonly voice: Voice;
  /** Where events are kept. The bridge closes the store. */
  readonly store: Store;
  /** Called around each step of a start or reload. Tests let it throw. */
  readonly watchSteps?: StepWatcher;
}

/**
 * The whole bridge with all its parts. Only this file knows every room.
 *
 * First start and reload use one path, `reload/apply-config.ts`: it rebuilds the parts whose config has changed and
 * keeps the others.
 */
export class Bridge implements OperatedBridge {
  readonly #options: BridgeOptions;
  readonly #logger: Logger;
  readonly #startedAt = steadyNow();
  readonly #log: SharedLog;
  readonly #waitingEvents: WaitingEvents;
  readonly #tails: Tails;
  readonly #states: States;
  #looking: NodeJS.Timeout | undefined;
  readonly #desk: CallDesk;
  readonly #calls: HttpCalls;
  readonly #fleet: Fleet;
  readonly #intake: Intake;
  readonly #bots: Bots;
  readonly #port: Port;
  readonly #admin: AdminSwitch;
  readonly #state: ConfigState;
  #phase: BridgeStatus['phase'] = 'starting';
  #reloading: Promise<unknown> = Promise.resolve();
  #stopping: Promise<void> | undefined;
  #onStopped: (() => void) | undefined;
  /** Settles when the bridge has stopped. */
  readonly stopped = new Promise<void>((resolve) => {
    this.#onStopped = resolve;
  });

  constructor(options: BridgeOptions) {
    const { config, telemetry, voice } = options;
    const { logger } = telemetry;
    const userAgent = `QQBridge/${VERSION}`;
    this.#options = options;
    this.#logger = logger;
    this.#tails = new Tails(logger);
    const state: ConfigState = { inForce: undefined, building: config, paused: new Set() };
    this.#state = state;
    this.#log = new SharedLog({
      store: options.store,
      boundsOf: (cursor, inForce) => queueOf(state.building, cursor, inForce),
      maxMemoryBytes: MAX_EVENT_MEMORY_BYTES,
      logger,
    });
    this.#waitingEvents = new WaitingEvents(this.#log, logger);
    this.#states = new States({ now: steadyNow, mask: (words) => telemetry.mask(words) });
    // Bots hand answers to the desk, and the desk asks them where calls go: one of the two has to come first.
    const directory: BotDirectory = {
      callSession: (selfId) => this.#bots.callSession(selfId),
      knows: (selfId) => this.#bots.knows(selfId),
      maySoonTakeCalls: (selfId) => this.#bots.maySoonTakeCalls(selfId),
      online: () => this.#bots.online(),
      seen: () => this.#bots.seen(),
      known: () => this.#bots.known(),
    };
    this.#desk = new CallDesk(directory, logger);
    this.#calls = new HttpCalls(this.#desk);
    const quickOperations = new QuickOperations({ bots: directory, desk: this.#desk, logger });
    this.#fleet = new Fleet({
      sees: seesBot,
      cursor: (server, selfId) => this.#log.cursor(cursorName(server, selfId)),
      calls: this.#desk,
      quickOperations,
      deadLetters: this.#log.deadLetters,
      facts: this.#states.link,
      onDelivered: this.#tails.delivered,
      settleMs: SETTLE_MS,
      logger,
      mask: (sentence) => telemetry.mask(sentence),
      userAgent,
      maxPayloadBytes: () => state.building.port.maxPayloadBytes,
    });
    this.#intake = new Intake({
      router: new Router([]),
      log: this.#log,
      fleet: this.#fleet,
      quickOperations,
      tails: this.#tails,
    });
    this.#bots = new Bots({
      intake: this.#intake,
      presence: this.#fleet,
      answers: this.#desk,
      facts: this.#states,
      userAgent,
      known: new KnownBotsFile(config.dataDir, logger),
      config: config.bots,
      logger,
    });
    this.#port = new Port({
      config: config.port,
      bots: this.#bots,
      calls: this.#calls,
      applications: this.#fleet,
      logger,
    });
    this.#admin = new AdminSwitch(this, { dataDir: config.dataDir, logger, speak: voice.speak });
  }

  /** @throws BridgeError PORT_IN_USE or PORT_REFUSED; nothing is left running then. */
  async start(): Promise<void> {
    try {
      await this.#apply(this.#options.config);
      await this.#port.start();
    } catch (error) {
      await this.#tearDown();
      throw error;
    }
    this.#phase = 'ready';
    // Whether a queue has been growing is only seen by looking repeatedly.
    this.#looking = setInterval(() => void this.statusInTurns(), LOOK_MS).unref();
  }

  async statusInTurns(): Promise<BridgeStatus> {
    return this.status(await this.#fleet.statusesInTurns());
  }

  readiness(): Pick<BridgeStatus, 'phase' | 'log'> {
    return { phase: this.#phase, log: spokenHealth(this.#log.health) };
  }

  status(servers: readonly ServerStatus[] = this.#fleet.statuses()): BridgeStatus {
    const { address, tokenFile } = this.#admin;
    const dialled = this.#bots.dialledStatuses();
    const calls = this.#desk.statuses();
    return {
      ...this.readiness(),
      version: VERSION,
      startedAt: this.#startedAt,
      address: this.#port.address,
      ...(address === undefined ? {} : { adminAddress: address }),
      ...(tokenFile === undefined ? {} : { adminTokenFile: tokenFile }),
      configFile: this.#options.configFile,
      bots: this.#states.bots(this.#bots.statuses(), dialled),
      dialled,
      servers: this.#states.servers(withCalls(servers, calls)),
      calls,
    };
  }

  workers(): readonly WorkerStatus[] {
    return listWorkers(this.status());
  }

  /** One at a time; a second one waits for the first. */
  reload(): Promise<ReloadOutcome> {
    const outcome = this.#reloading.then(() => this.#reload());
    this.#reloading = outcome;
    return outcome;
  }

  reconnect(server: string): boolean {
    return this.#fleet.reconnect(server);
  }

  pause(server: string): boolean {
    const found = this.#fleet.setPaused(server, true);
    if (found) this.#state.paused = new Set([...this.#state.paused, server]);
    return found;
  }

  resume(server: string): boolean {
    this.#state.paused = new Set([...this.#state.paused].filter((name) => name !== server));
    return this.#fleet.setPaused(server, false);
  }

  async forget(selfId: string): Promise<ForgetOutcome> {
    // A reload may just be moving the bot's waiting events to other cursors.
    await this.#reloading;
    return forgetBot(selfId, {
      bots: this.#bots,
      fleet: this.#fleet,
      log: this.#log,
      waitingEvents: this.#waitingEvents,
      logger: this.#logger,
    });
  }

  deadLetters(server?: string): readonly DeadLetterStatus[] {
    return this.#log.deadLetters.list(server);
  }

  async retryDead(server: string): Promise<number | undefined> {
    // A reload may just be moving the waiting events to another server name.
    await this.#reloading;
    const config = this.#state.inForce?.servers.get(server);
    if (config === undefined) return undefined;
    this.#fleet.forgetLimit(server);
    const events = this.#log.deadLetters.take(server);
    for (const event of events) void this.#log.append(event, [cursorName(config, event.selfId)]);
    await this.#log.flush();
    return events.length;
  }

  async dropDead(server: string): Promise<number> {
    await this.#reloading;
    const count = this.#log.deadLetters.drop(server);
    await this.#log.flush();
    return count;
  }

  tail(server: string | undefined, listener: (event: TailedEvent) => void): () => void {
    return this.#tails.follow(server, listener);
  }

  watchCalls(listener: (call: EndedCall) => void): () => void {
    return this.#tails.followCalls(this.#desk, listener);
  }

  pageLanguage(): 'en' | 'zh' | undefined {
    return this.#state.inForce?.pageLanguage;
  }

  logLines(): readonly LogLine[] {
    return this.#options.telemetry.recent.list();
  }

  followLog(listener: (line: LogLine) => void): () => void {
    return this.#options.telemetry.recent.follow(listener);
  }

  deadLetter(id: number): Buffer | undefined {
    return this.#log.deadLetters.read(id);
  }

  shownConfig(): string {
    return shownConfig(this.#state.inForce ?? this.#options.config);
  }

  dashboardLink(): string | undefined {
    return this.#admin.loginLink();
  }

  call(action: string, params: string): Promise<string> {
    return new Promise((resolve) => {
      this.#calls.callOfConsole({ action, params: Buffer.from(params) }, ({ frame, isLast }) => {
        if (isLast) resolve(frame.toString());
      });
    });
  }

  debugEnabled(): boolean {
    return this.#logger.debugEnabled;
  }

  setDebug(on: boolean): void {
    this.#options.telemetry.setDebug(on);
  }

  stop(reason: Words): void {
    this.#stopping ??= this.#stop(reason);
  }

  async #reload(): Promise<ReloadOutcome> {
    if (this.#phase === 'stopping') return { kind: 'refused', faults: [text`the bridge is stopping`] };
    try {
      const loaded = await this.#options.load();
      if (loaded.kind === 'faulty') {
        return { kind: 'refused', faults: loaded.faults.map(formatFault), details: faultDetails(loaded) };
      }
      const diff = await this.#apply(loaded.config);
      // The operator may have started an application just before the reload, so the links try again at once.
      this.#fleet.retry();
      this.#bots.retry();
      const { needRestart } = loaded;
      const changes = describeDiff(diff);
      this.#logger.info('config reloaded', { changes: changes.length });
      return { kind: 'applied', changes, needRestart, warnings: loaded.warnings };
    } catch (error) {
      if (!(error instanceof BridgeError)) this.#logger.error('the config could not be applied', { error });
      return { kind: 'refused', faults: [errorWords(error)] };
    }
  }

  #apply(next: Config): Promise<ConfigDiff> {
    const { telemetry, voice, watchSteps: watch } = this.#options;
    return applyConfig(
      {
        telemetry,
        voice,
        log: this.#log,
        waitingEvents: this.#waitingEvents,
        intake: this.#intake,
        admin: this.#admin,
        port: this.#port,
        fleet: this.#fleet,
        bots: this.#bots,
        desk: this.#desk,
        logger: this.#logger,
        watch,
      },
      this.#state,
      next,
    );
  }

  /** Listeners first, then what is under way to servers that are up, then the rest. */
  async #stop(reason: Words): Promise<void> {
    this.#phase = 'stopping';
    this.#logger.info('stopping', { reason });
    try {
      await this.#reloading;
      this.#port.stopAccepting();
      void this.#bots.stop();
      if (!(await waitUntil(() => this.#fleet.settled, DRAIN_MS))) {
        this.#logger.warn('not everything reached its server before the stop');
      }
    } finally {
      await this.#tearDown();
      this.#onStopped?.();
    }
  }

  async #tearDown(): Promise<void> {
    clearInterval(this.#looking);
    await this.#bots.stop();
    this.#desk.close();
    await this.#fleet.stop();
    await this.#log.close();
    this.#port.stop();
    await this.#admin.stop();
  }
}

/** Bytes of events in memory; what waits beyond it is held on disk alone. */
const MAX_EVENT_MEMORY_BYTES = 64 * 1024 * 1024;

/** Waiting events are sent this long after an application dials in: a program that only tests the link takes none. */
const SETTLE_MS = 1_000;

const DRAIN_MS = 5_000;

/** How often the bridge updates the states, so that they are right when nobody asks for them. */
const LOOK_MS = 5_000;
