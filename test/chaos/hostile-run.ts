import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cleanup } from '../support/cleanup.ts';
import { type ConfigFile, type Daemon, startDaemon } from '../support/daemon.ts';
import { eventually } from '../support/eventually.ts';
import { ADMIN } from '../support/operate.ts';
import { ReportingBot, SocketBot } from './chaos-bots.ts';
import type { ChaosFormOptions } from './chaos-form.ts';
import { ChaosSocketServer } from './chaos-socket-server.ts';
import { DialledApplication } from './dialled-application.ts';
import { hostileApplications } from './hostile-applications.ts';
import { HOSTILE_BOTS, HOSTILE_SELF_IDS } from './hostile-bots.ts';
import { startHostileDiallers } from './hostile-dialler.ts';
import { startHostileServer } from './hostile-servers.ts';
import { Oracle } from './oracle.ts';
import { Random } from './random.ts';

export interface HostileFigures {
  readonly promised: number;
  readonly duplicates: number;
  /** The largest amount of memory that the bridge used. */
  readonly peakMiB: number;
  readonly complaints: readonly string[];
}

/**
 * Hostile servers, bots and applications on all sides of a bridge with a small heap. Good ones beside them must lose
 * nothing.
 */
export async function runHostileChaos(t: Cleanup, options: ChaosFormOptions): Promise<HostileFigures> {
  const { seed, forMs, rate } = options;
  const random = new Random(seed);
  const oracle = new Oracle(['dialled', 'dialling']);
  const onEvent = oracle.arrived.bind(oracle);
  const dialled = await ChaosSocketServer.start('dialled', onEvent);
  t.after(() => dialled.stop());
  const hostilePort = await startHostileServer(t, random);
  const daemon = await startDaemon(t, {
    config: configWith(dialled.config, hostilePort),
    env: () => ({ NODE_OPTIONS: `--max-old-space-size=${HEAP_MIB}` }),
  });
  const { port } = daemon;
  const dialling = new DialledApplication({ name: 'dialling', port, token: 'good-token', onEvent });
  t.after(() => dialling.stop());
  const bots = [
    new ReportingBot({ selfId: '10001', port, oracle, rate: rate / 2 }),
    new SocketBot({ selfId: '10002', port, oracle, rate: rate / 2 }),
  ];
  t.after(async () => void (await Promise.all(bots.map((bot) => bot.stop()))));
  for (const kind of [HOSTILE_BOTS, hostileApplications('bad-token')]) startHostileDiallers(t, port, { kind, random });

  for (const bot of bots) bot.resume();
  const peakMiB = await watchMemory(daemon, forMs);
  for (const bot of bots) await bot.pause();
  for (const bot of bots) await bot.settle();
  const complaints: string[] = [];
  if (!daemon.isRunning) complaints.push('the bridge has ended', ...daemon.output.all.slice(-20));
  if (peakMiB > MAX_MIB) complaints.push(`the bridge took ${peakMiB} MiB`);
  await eventually(() => assert.equal(oracle.missing(), 0), { deadlineMs: SETTLE_MS, everyMs: 50 }).catch(() => {
    oracle.writeOff();
    complaints.push(...daemon.output.all.slice(-20));
  });
  // The hostile servers still run: none of them may delay the stop.
  const exit = await daemon.stop().catch((error: unknown) => String(error));
  if (typeof exit === 'string' || exit.status !== 0) complaints.push(`the stop: ${JSON.stringify(exit)}`);
  const duplicates = oracle.total('duplicates');
  return { promised: oracle.promised, duplicates, peakMiB, complaints: [...complaints, ...oracle.complaints] };
}

/** @returns The largest amount of memory that the daemon used, in MiB. */
async function watchMemory(daemon: Daemon, forMs: number): Promise<number> {
  let peak = 0;
  for (const end = performance.now() + forMs; performance.now() < end && daemon.isRunning; await delay(200)) {
    peak = Math.max(peak, await daemon.memoryBytes().catch(() => 0));
  }
  return Math.round(peak / 2 ** 20);
}

function configWith(dialled: ConfigFile, hostilePort: number): ConfigFile {
  const good = { bots: [10_001, 10_002], queue: { max_age: '10h', max_events: 1_000_000 } };
  const bad = { host: '127.0.0.1', port: hostilePort, queue: { max_events: 100 } };
  // The answer to a report waits for the quick operation of an HTTP server, so the hostile HTTP servers must not see
  // the good bot.
  const posted = { ...bad, protocol: 'http', bots: [10_002, ...HOSTILE_SELF_IDS] };
  return {
    admin: ADMIN,
    log: { level: 'warn' },
    bots: {
      forward: { url: `ws://127.0.0.1:${hostilePort}/`, self_id: 71 },
      api: { api_url: `http://127.0.0.1:${hostilePort}/`, self_id: 72 },
    },
    server_list: {
      dialled: { ...good, ...dialled },
      dialling: { ...good, tag: false, protocol: 'listen', access_token: 'good-token' },
      socket: { ...bad, protocol: 'websocket' },
      hook: { ...posted, timeout: '1s', concurrency: 4 },
      slow: { ...posted, timeout: '500ms', concurrency: 1 },
      ear: { protocol: 'listen', access_token: 'bad-token', queue: { max_events: 100 } },
    },
  };
}

const HEAP_MIB = 128;
/** Heap, buffers and code together. */
const MAX_MIB = 500;
const SETTLE_MS = 30_000;
