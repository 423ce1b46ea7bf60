import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cleanup } from '../support/cleanup.ts';
import { type ConfigFile, type Daemon, startDaemon } from '../support/daemon.ts';
import { eventually } from '../support/eventually.ts';
import { ADMIN, operate, serverState } from '../support/operate.ts';
import { type ChaosBot, ReportingBot, SocketBot } from './chaos-bots.ts';
import { DualApplication } from './dual-application.ts';
import { Oracle } from './oracle.ts';
import { Random } from './random.ts';

export interface ReloadChaosOptions {
  readonly seed: number;
  /** No round begins after so long. */
  readonly forMs: number;
  /** Events per second, all bots together. */
  readonly rate: number;
  readonly print: (line: string) => void;
}

export interface ReloadFigures {
  readonly seed: number;
  readonly rounds: number;
  readonly reloads: number;
  readonly kills: number;
  readonly promised: number;
  readonly duplicates: number;
  readonly complaints: readonly string[];
}

/** Reloads a bridge at random while events are under way, and accounts for every event at every application. */
export async function runReloadChaos(t: Cleanup, options: ReloadChaosOptions): Promise<ReloadFigures> {
  const run = new ReloadRun(options);
  await run.setUp(t);
  const end = performance.now() + options.forMs;
  while (performance.now() < end && !run.hasFailed) await run.round();
  return run.figures();
}

/** How an application stands in `server_list`. */
interface Entry {
  name: string;
  protocol: 'websocket' | 'http';
  /** Changes for no reason, so that the worker is a new one. */
  callTimeout: number;
  token: string | undefined;
  bounds: number;
}

const APPLICATIONS = 4;
const SETTLE_MS = 60_000;

class ReloadRun {
  readonly #options: ReloadChaosOptions;
  readonly #random: Random;
  readonly #applications: DualApplication[] = [];
  readonly #entries = new Map<DualApplication, Entry>();
  readonly #bots: ChaosBot[] = [];
  readonly #complaints: string[] = [];
  readonly #paused = new Set<DualApplication>();
  #oracle = new Oracle([]);
  #daemon!: Daemon;
  #rounds = 0;
  #reloads = 0;
  #kills = 0;
  #level = 'info';

  constructor(options: ReloadChaosOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
  }

  get hasFailed(): boolean {
    return this.#complaints.length + this.#oracle.complaints.length > 0;
  }

  async setUp(t: Cleanup): Promise<void> {
    for (let n = 0; n < APPLICATIONS; n += 1) {
      const application = await DualApplication.start(`application ${n}`, (arrival) => this.#oracle.arrived(arrival));
      t.after(() => application.stop());
      this.#applications.push(application);
      const protocol = n % 2 === 0 ? 'websocket' : 'http';
      this.#entries.set(application, { name: `s${n}`, protocol, callTimeout: 10, token: undefined, bounds: 100_000 });
    }
    this.#oracle = new Oracle(this.#applications.map(({ name }) => name));
    this.#daemon = await startDaemon(t, { config: this.#config() });
    const optionsOf = (selfId: string) => ({
      selfId,
      port: this.#daemon.port,
      oracle: this.#oracle,
      rate: this.#options.rate / 3,
    });
    this.#bots.push(...['10001', '10002'].map((selfId) => new ReportingBot(optionsOf(selfId))));
    this.#bots.push(new SocketBot(optionsOf('20001')));
    t.after(async () => {
      for (const bot of this.#bots) await bot.stop();
    });
  }

  async round(): Promise<void> {
    this.#rounds += 1;
    const done: string[] = [];
    for (const bot of this.#bots) bot.resume();
    for (let count = this.#random.between(1, 5); count > 0; count -= 1) {
      await delay(this.#random.between(0, 120));
      done.push(await this.#disturb());
      done.push(await this.#reload());
    }
    await this.#settle();
    this.#options.print(`round ${this.#rounds}: ${done.join(', ')}; ${this.#oracle.promised} promised`);
  }

  figures(): ReloadFigures {
    return {
      seed: this.#options.seed,
      rounds: this.#rounds,
      reloads: this.#reloads,
      kills: this.#kills,
      promised: this.#oracle.promised,
      duplicates: this.#oracle.total('duplicates'),
      complaints: [...this.#complaints, ...this.#oracle.complaints],
    };
  }

  async #disturb(): Promise<string> {
    const application = this.#random.pick(this.#applications);
    switch (this.#random.pick(['hang', 'cut', 'pause', 'resume', 'nothing'])) {
      case 'hang':
        application.hang();
        return `${application.name} hangs`;
      case 'cut':
        application.cut();
        return `${application.name} cut`;
      case 'pause':
        this.#paused.add(application);
        await operate(this.#daemon, `pause ${this.#nameOf(application)}`);
        return `${application.name} paused`;
      case 'resume':
        this.#paused.delete(application);
        await operate(this.#daemon, `resume ${this.#nameOf(application)}`);
        return `${application.name} resumed`;
      default:
        return 'nothing';
    }
  }

  /** Changes some entries at once and reloads; now and then the bridge is killed right after it has answered. */
  async #reload(): Promise<string> {
    const changes: string[] = [];
    // An address and a protocol don't change together with a name: the application would be another one.
    if (this.#random.chance(0.5)) changes.push(...this.#rename());
    else changes.push(...this.#alter());
    await this.#daemon.writeConfig(this.#config());
    const answer = await operate(this.#daemon, 'reload config');
    if (answer.includes('restart')) this.#complaints.push(`a restart is asked for: ${answer}`);
    this.#reloads += 1;
    for (const application of this.#paused) {
      const { paused } = await serverState(this.#daemon, this.#nameOf(application));
      if (!paused) this.#complaints.push(`${application.name} is no longer paused after ${changes.join(', ')}`);
    }
    if (this.#random.chance(0.15)) {
      await delay(this.#random.between(0, 100));
      await this.#kill();
      changes.push('kill');
    }
    return changes.join(' + ');
  }

  #rename(): string[] {
    const applications = this.#random.chance(0.5) ? this.#applications : [this.#random.pick(this.#applications)];
    const names = applications.map((application) => this.#nameOf(application));
    if (applications.length === 1 || this.#random.chance(0.3)) {
      names.push(this.#freeName());
    }
    // Rotated: a swap where there are two, a chain where a new name takes part.
    const free = names.filter((name, at) => names.indexOf(name) === at);
    const first = this.#random.between(1, free.length - 1 || 1);
    for (const [at, application] of applications.entries()) {
      const entry = this.#entryOf(application);
      entry.name = free[(at + first) % free.length] ?? entry.name;
    }
    return [`names ${this.#applications.map((each) => this.#nameOf(each)).join(' ')}`];
  }

  /** One that was in use before, mostly: what waited under it must be gone or be its own. */
  #freeName(): string {
    const used = new Set(this.#applications.map((each) => this.#nameOf(each)));
    const free = Array.from({ length: APPLICATIONS + 2 }, (_, n) => `s${n}`).filter((name) => !used.has(name));
    return this.#random.pick(free);
  }

  #alter(): string[] {
    const application = this.#random.pick(this.#applications);
    const entry = this.#entryOf(application);
    switch (this.#random.pick(['protocol', 'protocol', 'timeout', 'token', 'bounds', 'level'])) {
      case 'protocol':
        entry.protocol = entry.protocol === 'http' ? 'websocket' : 'http';
        return [`${application.name} by ${entry.protocol}`];
      case 'timeout':
        entry.callTimeout = 10 + ((entry.callTimeout + 1) % 40);
        return [`${application.name} timeout`];
      case 'token':
        entry.token = entry.token === undefined ? `token-${this.#reloads}` : undefined;
        return [`${application.name} token`];
      case 'bounds':
        entry.bounds = 100_000 + ((entry.bounds + 1) % 1_000);
        return [`${application.name} bounds`];
      default:
        this.#level = this.#level === 'info' ? 'warn' : 'info';
        return ['level'];
    }
  }

  async #kill(): Promise<void> {
    this.#kills += 1;
    await this.#daemon.kill9();
    for (const bot of this.#bots) bot.bridgeKilled();
    this.#paused.clear(); // A pause does not outlive it.
    this.#daemon = await this.#daemon.startAgain();
  }

  async #settle(): Promise<void> {
    for (const bot of this.#bots) await bot.pause();
    for (const application of this.#applications) {
      application.heal();
      await operate(this.#daemon, `resume ${this.#nameOf(application)}`);
    }
    this.#paused.clear();
    for (const bot of this.#bots) await bot.settle();
    try {
      await eventually(async () => await this.#checkSettled(), { deadlineMs: SETTLE_MS, everyMs: 50 });
    } catch (error) {
      this.#complaints.push(`round ${this.#rounds} did not settle: ${String(error)}`);
      this.#complaints.push(...this.#daemon.output.all.slice(-20));
      this.#oracle.writeOff();
    }
    this.#oracle.forget();
  }

  async #checkSettled(): Promise<void> {
    for (const application of this.#applications) {
      const name = this.#nameOf(application);
      const { links } = await serverState(this.#daemon, name);
      if (links.some(({ state }) => state === 'waiting')) await operate(this.#daemon, `reconnect ${name}`);
      const waiting = links.reduce((sum, { queuedEvents }) => sum + queuedEvents, 0);
      assert.equal(waiting, 0, `something waits for ${application.name}, ${name}`);
    }
    assert.equal(this.#oracle.missing(), 0, 'nothing waits, but some of what was promised has not come');
  }

  #config(): ConfigFile {
    const servers = this.#applications.map((application) => {
      const { name, protocol, callTimeout, token, bounds } = this.#entryOf(application);
      const entry = {
        protocol,
        host: '127.0.0.1',
        port: application.port,
        tag: false,
        call_timeout: `${callTimeout}s`,
        queue: { max_age: '10h', max_events: bounds, max_bytes: '1024MiB' },
        ...(protocol === 'http' ? { concurrency: 1, timeout: '60s' } : {}),
        ...(token === undefined ? {} : { access_token: token }),
      };
      return [name, entry];
    });
    return { admin: ADMIN, log: { level: this.#level }, server_list: Object.fromEntries(servers) };
  }

  #nameOf(application: DualApplication): string {
    return this.#entryOf(application).name;
  }

  #entryOf(application: DualApplication): Entry {
    return this.#entries.get(application) ?? assert.fail(application.name);
  }
}
