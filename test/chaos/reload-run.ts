import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import { identity } from '../support/certificates.ts';
import type { Cleanup } from '../support/cleanup.ts';
import { type ConfigFile, type Daemon, startDaemon } from '../support/daemon.ts';
import { eventually } from '../support/eventually.ts';
import { ADMIN, operate, serverState } from '../support/operate.ts';
import { type ChaosBot, type PortAccess, ReportingBot, SocketBot } from './chaos-bots.ts';
import type { ChaosFormOptions } from './chaos-form.ts';
import { Random } from './random.ts';
import { ReloadApplication } from './reload-application.ts';
import { BOTS, ReloadEntry } from './reload-entry.ts';
import { ReloadLedger } from './reload-ledger.ts';

export interface ReloadFigures {
  readonly seed: number;
  readonly rounds: number;
  readonly reloads: number;
  readonly kills: number;
  readonly promised: number;
  readonly duplicates: number;
  /** Events that were dropped because of a queue's limits. */
  readonly dropped: number;
  readonly letters: number;
  readonly complaints: readonly string[];
}

/** Reloads a bridge at random while events are under way, and checks every event at every application. */
export async function runReloadChaos(t: Cleanup, options: ChaosFormOptions): Promise<ReloadFigures> {
  const run = new ReloadRun(options);
  await run.setUp(t);
  const end = performance.now() + options.forMs;
  const isEnough = () => performance.now() >= end && run.figures().promised >= MIN_PROMISED;
  while (!isEnough() && !run.hasFailed) await run.round();
  return run.figures();
}

const APPLICATIONS = 4;
/** On a busy machine a round can pass hardly any events: the run goes on until it has said something. */
const MIN_PROMISED = 100;
const SETTLE_MS = 60_000;
/** So long after its cause a connection may end, or an event come again. */
const AFTERMATH_MS = 500;

class ReloadRun {
  readonly #options: ChaosFormOptions;
  readonly #random: Random;
  readonly #access: PortAccess = { isSecure: false, token: undefined };
  readonly #entries = new Map<ReloadApplication, ReloadEntry>();
  readonly #bots: ChaosBot[] = [];
  readonly #paused = new Set<ReloadApplication>();
  readonly #refusing = new Set<string>();
  readonly #ledger = new ReloadLedger(Array.from({ length: APPLICATIONS }, (_, n) => nameOf(n)));
  #daemon!: Daemon;
  #rounds = 0;
  #reloads = 0;
  #kills = 0;
  #level = 'info';

  constructor(options: ChaosFormOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
  }

  get hasFailed(): boolean {
    return this.#ledger.complaints.length > 0;
  }

  async setUp(t: Cleanup): Promise<void> {
    this.#daemon = await startDaemon(t, { config: { admin: ADMIN } });
    for (let n = 0; n < APPLICATIONS; n += 1) {
      const name = nameOf(n);
      const application = await ReloadApplication.start({
        name,
        bridgePort: this.#daemon.port,
        access: this.#access,
        ledger: this.#ledger,
        refuses: () => this.#refusing.has(name) && this.#random.chance(0.3),
      });
      t.after(() => application.stop());
      this.#entries.set(application, new ReloadEntry(n, n % 2 === 0 ? 'websocket' : 'http'));
    }
    await this.#apply();
    for (const [at, selfId] of BOTS.entries()) {
      const optionsOf = {
        selfId,
        port: this.#daemon.port,
        oracle: this.#ledger,
        rate: this.#options.rate / BOTS.length,
        access: this.#access,
      };
      this.#bots.push(at < 2 ? new ReportingBot(optionsOf) : new SocketBot(optionsOf));
    }
    t.after(async () => {
      for (const bot of this.#bots) await bot.stop();
    });
  }

  async round(): Promise<void> {
    this.#rounds += 1;
    const done: string[] = [];
    try {
      for (const bot of this.#bots) bot.resume();
      for (let count = this.#random.between(2, 6); count > 0; count -= 1) {
        await delay(this.#random.between(0, 120));
        done.push(await this.#disturb());
        done.push(await this.#reload());
      }
      await this.#settle();
    } finally {
      this.#options.print(`round ${this.#rounds}: ${done.join(', ')}; ${this.#ledger.promised} promised`);
    }
  }

  figures(): ReloadFigures {
    const { promised, duplicates, dropped, letters, complaints } = this.#ledger;
    const counts = { rounds: this.#rounds, reloads: this.#reloads, kills: this.#kills };
    return { seed: this.#options.seed, ...counts, promised, duplicates, dropped, letters, complaints };
  }

  async #disturb(): Promise<string> {
    const application = this.#random.pick(this.#applications);
    const entry = this.#entryOf(application);
    const { name } = entry;
    const { name: who } = application;
    switch (this.#random.pick(['hang', 'cut', 'pause', 'resume', 'refuse', 'retry', 'drop', 'nothing'])) {
      case 'hang':
        application.hang();
        return `${who} hangs`;
      case 'cut':
        application.cut();
        return `${who} cut`;
      case 'pause':
        if (!entry.isPresent || !entry.isEnabled) return `${who} is not there`;
        this.#paused.add(application);
        await operate(this.#daemon, `pause ${name}`);
        return `${who} paused`;
      case 'resume':
        if (!entry.isPresent || !entry.isEnabled) return `${who} is not there`;
        this.#paused.delete(application);
        await operate(this.#daemon, `resume ${name}`);
        return `${who} resumed`;
      case 'refuse':
        if (!this.#refusing.delete(who)) this.#refusing.add(who);
        return `${who} refuses ${this.#refusing.has(who)}`;
      case 'retry':
        if (!entry.isPresent) return `${who} is not there`;
        await operate(this.#daemon, `dead retry ${name}`);
        return `${who} retried`;
      case 'drop':
        if (!entry.isPresent) return `${who} is not there`;
        await operate(this.#daemon, `dead drop ${name}`);
        this.#ledger.lettersDropped(who);
        return `${who} dropped`;
      default:
        return 'nothing';
    }
  }

  /** Changes some entries and reloads. Sometimes kills the bridge just after its answer. */
  async #reload(): Promise<string> {
    // An address and a protocol don't change together with a name: for the bridge it would be another application.
    const change = this.#random.chance(0.35) ? this.#rename() : this.#alter();
    await this.#apply();
    if (!this.#random.chance(0.12)) return change;
    await delay(this.#random.between(0, 100));
    await this.#kill();
    return `${change} + kill`;
  }

  /** Writes the config and reloads it. */
  async #apply(): Promise<void> {
    const changed = this.#applications.filter((application) => this.#isConcerned(application));
    const ends = changed.map(({ name }) => this.#ledger.beginDisturbance(name));
    const reseen = this.#applications.filter((application) => this.#isReseen(application));
    for (const { name } of reseen) this.#ledger.see(name, 'unsure');
    for (const application of this.#applications) {
      if (this.#entryOf(application).isTight) this.#ledger.tighten(application.name);
    }
    await this.#daemon.writeConfig(this.#config());
    const answer = await operate(this.#daemon, 'reload config');
    this.#reloads += 1;
    if (answer.includes('restart')) this.#ledger.complain(`a restart is asked for: ${answer}`);
    Object.assign(this.#access, this.#nextAccess);
    for (const application of this.#applications) {
      const entry = this.#entryOf(application);
      if (reseen.includes(application)) this.#ledger.see(application.name, this.#sightOf(entry));
      application.dialIn.dial(entry.isPresent && entry.isEnabled ? entry.dialIn : undefined);
      this.#inForce.set(application, this.#markOf(entry));
    }
    setTimeout(() => {
      for (const end of ends) end();
    }, AFTERMATH_MS).unref();
    await this.#checkPaused();
  }

  /** The former values, which show what a reload changes. */
  readonly #inForce = new Map<ReloadApplication, { readonly concern: string; readonly sight: string }>();
  #nextAccess: PortAccess = { isSecure: false, token: undefined };

  #markOf(entry: ReloadEntry): { readonly concern: string; readonly sight: string } {
    return { concern: `${entry.name} ${entry.concerns}`, sight: BOTS.filter((selfId) => entry.sees(selfId)).join() };
  }

  #isConcerned(application: ReloadApplication): boolean {
    return this.#inForce.get(application)?.concern !== this.#markOf(this.#entryOf(application)).concern;
  }

  #isReseen(application: ReloadApplication): boolean {
    return this.#inForce.get(application)?.sight !== this.#markOf(this.#entryOf(application)).sight;
  }

  #sightOf(entry: ReloadEntry): (selfId: string) => boolean {
    const seen = BOTS.filter((selfId) => entry.sees(selfId)) as readonly string[];
    return (selfId) => seen.includes(selfId);
  }

  async #checkPaused(): Promise<void> {
    for (const application of this.#paused) {
      const { name, isPresent, isEnabled } = this.#entryOf(application);
      if (!isPresent || !isEnabled) continue;
      const { paused } = await serverState(this.#daemon, name);
      if (!paused) this.#ledger.complain(`${application.name} is no longer paused`);
    }
  }

  #rename(): string {
    const present = this.#applications.filter((application) => this.#entryOf(application).isPresent);
    if (present.length === 0) return 'nobody to rename';
    const renamed = this.#random.chance(0.5) ? present : [this.#random.pick(present)];
    const names = renamed.map((application) => this.#entryOf(application).name);
    if (renamed.length === 1 || this.#random.chance(0.3)) names.push(this.#freeName());
    // Rotates the names: two servers swap their names; with a free name it becomes a chain.
    const first = this.#random.between(1, names.length - 1 || 1);
    for (const [at, application] of renamed.entries()) {
      const entry = this.#entryOf(application);
      entry.name = names[(at + first) % names.length] ?? entry.name;
    }
    return `names ${this.#applications.map((each) => this.#entryOf(each).name).join(' ')}`;
  }

  /** A free name, mostly one that was used before: no event of its former owner may come under it. */
  #freeName(): string {
    const used = new Set(this.#applications.map((each) => this.#entryOf(each).name));
    const free = Array.from({ length: APPLICATIONS + 2 }, (_, n) => `s${n}`).filter((name) => !used.has(name));
    return this.#random.pick(free);
  }

  #alter(): string {
    if (this.#random.chance(0.15)) return this.#alterPort();
    const changes: string[] = [];
    const count = this.#random.between(1, 2);
    for (let left = count; left > 0; left -= 1) {
      const application = this.#random.pick(this.#applications);
      changes.push(`${application.name} ${this.#entryOf(application).alter(this.#random)}`);
    }
    return changes.join(' + ');
  }

  #alterPort(): string {
    const { isSecure, token } = this.#access;
    switch (this.#random.pick(['tls', 'token', 'level'])) {
      case 'tls':
        this.#nextAccess = { isSecure: !isSecure, token };
        return `port tls ${!isSecure}`;
      case 'token':
        this.#nextAccess = { isSecure, token: token === undefined ? `bots-${this.#reloads}` : undefined };
        return 'port token';
      default:
        this.#level = this.#level === 'info' ? 'warn' : 'info';
        return 'level';
    }
  }

  async #kill(): Promise<void> {
    this.#kills += 1;
    const ends = this.#applications.map(({ name }) => this.#ledger.beginDisturbance(name));
    await this.#daemon.kill9();
    this.#ledger.killed();
    for (const bot of this.#bots) bot.bridgeKilled();
    for (const application of this.#applications) {
      // A server-sent event counts as delivered when it is written. The last ones that were written may not have left.
      if (this.#entryOf(application).dialIn?.isStream === true) this.#ledger.excuse(application.name);
    }
    this.#paused.clear(); // A pause does not outlive the daemon.
    this.#daemon = await this.#daemon.startAgain();
    setTimeout(() => {
      for (const end of ends) end();
    }, AFTERMATH_MS).unref();
  }

  async #settle(): Promise<void> {
    for (const bot of this.#bots) await bot.pause();
    for (const bot of this.#bots) await bot.settle();
    const wasTight = this.#applications.filter((application) => this.#entryOf(application).isTight);
    this.#refusing.clear();
    for (const application of this.#applications) {
      application.heal();
      this.#entryOf(application).restore();
    }
    await this.#apply();
    // Events were dropped until the reload above, so in this round a missing one is no fault.
    for (const { name } of wasTight) this.#ledger.tighten(name);
    for (const application of this.#applications) {
      await operate(this.#daemon, `resume ${this.#entryOf(application).name}`);
    }
    this.#paused.clear();
    try {
      await eventually(async () => await this.#checkSettled(), { deadlineMs: SETTLE_MS, everyMs: 50 });
    } catch (error) {
      this.#ledger.complain(`round ${this.#rounds} did not settle: ${String(error)}`);
      for (const line of this.#daemon.output.all.slice(-8)) this.#ledger.complain(line);
    }
    this.#ledger.close();
  }

  async #checkSettled(): Promise<void> {
    for (const application of this.#applications) {
      const { name } = this.#entryOf(application);
      if (this.#ledger.hasLetters(application.name)) await operate(this.#daemon, `dead retry ${name}`);
      const { links } = await serverState(this.#daemon, name);
      // A reload makes links try at once if they wait for their next try, and leaves open links alone.
      if (links.some(({ state }) => state === 'waiting')) await operate(this.#daemon, 'reload config');
      const waiting = links.reduce((sum, { queuedEvents }) => sum + queuedEvents, 0);
      assert.equal(waiting, 0, `something waits for ${application.name}, ${name}`);
      assert.ok(!this.#ledger.hasLetters(application.name), `dead letters of ${application.name} have not come`);
    }
    assert.equal(this.#ledger.missing(), 0, 'nothing waits, but some of what was promised has not come');
  }

  #config(): ConfigFile {
    const present = this.#applications.filter((application) => this.#entryOf(application).isPresent);
    const servers = present.map((application) => {
      const entry = this.#entryOf(application);
      return [entry.name, entry.settings(application)];
    });
    const { isSecure, token } = this.#nextAccess;
    return {
      admin: ADMIN,
      log: { level: this.#level },
      ...(isSecure ? { tls: identity('first') } : {}),
      ...(token === undefined ? {} : { access_token: token }),
      server_list: Object.fromEntries(servers),
    };
  }

  get #applications(): readonly ReloadApplication[] {
    return [...this.#entries.keys()];
  }

  #entryOf(application: ReloadApplication): ReloadEntry {
    return this.#entries.get(application) ?? assert.fail(application.name);
  }
}

function nameOf(n: number): string {
  return `application ${n}`;
}
