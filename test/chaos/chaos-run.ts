import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cleanup } from '../support/cleanup.ts';
import { type ConfigFile, startDaemon } from '../support/daemon.ts';
import { eventually } from '../support/eventually.ts';
import { ADMIN, operate, serverState } from '../support/operate.ts';
import { type ChaosBot, type ChaosBotOptions, ReportingBot, SocketBot } from './chaos-bots.ts';
import { ChaosHttpServer } from './chaos-http-server.ts';
import type { ChaosServer, OnEvent } from './chaos-server.ts';
import { ChaosSocketServer } from './chaos-socket-server.ts';
import { FAULTS, heal, KILL, type Stage, storeFile } from './faults.ts';
import { Oracle } from './oracle.ts';
import { Random } from './random.ts';

export interface ChaosOptions {
  readonly seed: number;
  /** No round begins after so long. */
  readonly forMs: number;
  /** Events per second, all bots together. */
  readonly rate: number;
  /** Is told of each round. */
  readonly print: (line: string) => void;
}

/** What a run came to. */
export interface ChaosFigures {
  readonly seed: number;
  readonly rounds: number;
  readonly kills: number;
  /** Sent by bots. */
  readonly events: number;
  /** Of these, those that every server must get. */
  readonly promised: number;
  /** First arrivals at servers. */
  readonly arrived: number;
  readonly lost: number;
  readonly duplicates: number;
  readonly outOfOrder: number;
  /** First arrivals out of order at a server that takes several posts at once, where only their start is in order. */
  readonly overtaken: number;
  readonly corrupt: number;
  readonly rssMiB: readonly [start: number, end: number];
  readonly fileKiB: number;
  /** What went wrong, in words; empty when nothing did. */
  readonly complaints: readonly string[];
}

/** Runs a bridge under load while faults befall it, and accounts for every event at every server. */
export async function runChaos(t: Cleanup, options: ChaosOptions): Promise<ChaosFigures> {
  const run = new ChaosRun(options);
  await run.setUp(t);
  const end = performance.now() + options.forMs;
  while (performance.now() < end && !run.hasFailed) await run.round();
  return await run.finish();
}

const QUEUE = { max_age: '10h', max_events: 1_000_000, max_bytes: '1024MiB' };
/** Waits between tries of the bridge grow to 30 s, though healing ends them. */
const SETTLE_MS = 60_000;

class ChaosRun {
  readonly #options: ChaosOptions;
  readonly #random: Random;
  readonly #servers: ChaosServer[] = [];
  readonly #bots: ChaosBot[] = [];
  readonly #complaints: string[] = [];
  #oracle = new Oracle([]);
  #stage!: Stage;
  #rounds = 0;
  #kills = 0;
  #rssAtStart = 0;
  /** Stays away for several rounds. */
  #outage: { readonly server: ChaosServer; rounds: number } | undefined;
  #configEdition = 0;

  constructor(options: ChaosOptions) {
    this.#options = options;
    this.#random = new Random(options.seed);
  }

  get hasFailed(): boolean {
    return this.#complaints.length > 0;
  }

  async setUp(t: Cleanup): Promise<void> {
    const onEvent: OnEvent = (arrival) => this.#oracle.arrived(arrival);
    const random = this.#random;
    this.#servers.push(
      await ChaosSocketServer.start('socket1', onEvent),
      await ChaosSocketServer.start('socket2', onEvent),
      await ChaosSocketServer.start('socket3', onEvent),
      await ChaosHttpServer.start('hook1', { concurrency: 1, random, onEvent }),
      await ChaosHttpServer.start('hook8', { concurrency: 8, random, onEvent }),
    );
    this.#oracle = new Oracle(this.#servers.map(({ name }) => name));
    const daemon = await startDaemon(t, { config: this.#config() });
    const rate = this.#options.rate / 5;
    const optionsOf = (selfId: string): ChaosBotOptions => ({ selfId, port: daemon.port, oracle: this.#oracle, rate });
    this.#bots.push(...['10001', '10002', '10003'].map((selfId) => new ReportingBot(optionsOf(selfId))));
    this.#bots.push(...['20001', '20002'].map((selfId) => new SocketBot(optionsOf(selfId))));
    t.after(async () => {
      for (const bot of this.#bots) await bot.stop();
      for (const server of this.#servers) await server.stop();
    });
    this.#stage = {
      random,
      servers: this.#servers,
      bots: this.#bots,
      daemon,
      changeConfig: async (server) => {
        this.#configEdition += 1;
        await this.#stage.daemon.writeConfig(this.#config(server));
      },
    };
  }

  /** Load and some faults, then all is healed and has to arrive. A round now and then is calm. */
  async round(): Promise<void> {
    const before = this.#oracle.total('duplicates');
    this.#rounds += 1;
    for (const bot of this.#bots) bot.resume();
    const names: string[] = [];
    for (let count = this.#random.between(0, 4); count > 0; count -= 1) {
      await delay(this.#random.between(10, 150));
      const fault = this.#random.chance(0.3) ? KILL : this.#random.pick(FAULTS);
      names.push(fault.name);
      if (fault.name.startsWith('kill')) this.#kills += fault.name === 'kill' ? 1 : 2;
      await fault.run(this.#stage);
    }
    if (names.length > 0 && this.#outage === undefined && this.#random.chance(0.25)) await this.#beginOutage(names);
    await delay(this.#random.between(20, 150));
    const isCalm = names.length === 0 && this.#outage === undefined;
    if (this.#outage !== undefined) this.#outage.rounds -= 1;
    if (this.#outage?.rounds === 0) this.#outage = undefined;
    await this.#settle();
    if (this.#rounds === 1) this.#rssAtStart = await this.#stage.daemon.memoryBytes();
    const duplicates = this.#oracle.total('duplicates') - before;
    if (isCalm && duplicates > 0)
      this.#complaints.push(`${duplicates} duplicates in round ${this.#rounds} without a fault`);
    this.#options.print(
      `round ${this.#rounds}: ${names.join(', ') || 'calm'}; ${this.#oracle.promised} promised, ${duplicates} duplicates`,
    );
  }

  async finish(): Promise<ChaosFigures> {
    this.#outage = undefined;
    if (!this.hasFailed) await this.#settle();
    const rss = await this.#stage.daemon.memoryBytes();
    const fileKiB = Math.round(statSync(storeFile(this.#stage.daemon)).size / 1024);
    if (!this.hasFailed) await this.#restartInOrder();
    const oracle = this.#oracle;
    const isOrdered = (name: string) => this.#servers.some((server) => server.name === name && server.ordered);
    const outOfOrder = (ordered: boolean) =>
      [...oracle.accounts].reduce(
        (sum, [name, account]) => sum + (isOrdered(name) === ordered ? account.outOfOrder : 0),
        0,
      );
    return {
      seed: this.#options.seed,
      rounds: this.#rounds,
      kills: this.#kills,
      events: this.#bots.reduce((sum, { sent }) => sum + sent, 0),
      promised: oracle.promised,
      arrived: oracle.total('arrived'),
      lost: oracle.total('lost'),
      duplicates: oracle.total('duplicates'),
      outOfOrder: outOfOrder(true),
      overtaken: outOfOrder(false),
      corrupt: oracle.total('corrupt'),
      rssMiB: [mebi(this.#rssAtStart), mebi(rss)],
      fileKiB,
      complaints: [...this.#complaints, ...oracle.complaints.filter((text) => !text.startsWith('hook8 got'))],
    };
  }

  /** Heals everything but an outage that goes on, stops the load, and waits for all that is promised. */
  async #settle(): Promise<void> {
    for (const bot of this.#bots) await bot.pause();
    await heal(this.#stage, this.#outage?.server);
    for (const bot of this.#bots) await bot.settle();
    const up = this.#servers.filter((server) => server !== this.#outage?.server);
    const names = up.map(({ name }) => name);
    try {
      await eventually(async () => await this.#checkSettled(names), { deadlineMs: SETTLE_MS, everyMs: 30 });
    } catch (error) {
      this.#complaints.push(`round ${this.#rounds} did not settle: ${String(error)}`);
      this.#complaints.push(...this.#stage.daemon.output.all.slice(-10));
      this.#oracle.writeOff(names);
    }
    if (this.#outage === undefined) this.#oracle.forget();
  }

  async #checkSettled(names: readonly string[]): Promise<void> {
    for (const name of names) {
      const { links, counts } = await serverState(this.#stage.daemon, name);
      const waiting = links.reduce((sum, { queuedEvents }) => sum + queuedEvents, 0);
      if (links.some(({ state }) => state === 'waiting')) await operate(this.#stage.daemon, `reconnect ${name}`);
      assert.equal(waiting, 0, `${name}: all has come, and some still waits`);
      const { tooOld, overflow, unreadable, dead } = counts.dropped;
      assert.deepEqual(
        { tooOld, overflow, unreadable, dead },
        { tooOld: 0, overflow: 0, unreadable: 0, dead: 0 },
        name,
      );
    }
  }

  async #beginOutage(names: string[]): Promise<void> {
    const server = this.#random.pick(this.#servers);
    this.#outage = { server, rounds: this.#random.between(2, 4) };
    names.push(`outage of ${server.name}`);
    await server.goAway();
  }

  /** After a stop in order nothing comes again. */
  async #restartInOrder(): Promise<void> {
    const duplicates = this.#oracle.total('duplicates');
    const { status } = await this.#stage.daemon.stop();
    assert.equal(status, 0);
    this.#stage.daemon = await this.#stage.daemon.startAgain();
    for (const bot of this.#bots) bot.resume();
    await delay(200);
    await this.#settle();
    const again = this.#oracle.total('duplicates') - duplicates;
    if (again > 0) this.#complaints.push(`${again} events came again after a stop in order`);
  }

  #config(changed?: string): ConfigFile {
    const servers = this.#servers.map(({ name, config }) => {
      const callTimeout = name === changed ? { call_timeout: `${10 + (this.#configEdition % 100)}s` } : {};
      return [name, { ...config, queue: QUEUE, ...callTimeout }];
    });
    return { admin: ADMIN, log: { level: 'warn' }, server_list: Object.fromEntries(servers) };
  }
}

function mebi(bytes: number): number {
  return Math.round(bytes / 1_048_576);
}
