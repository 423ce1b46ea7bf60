import { statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Daemon } from '../support/daemon.ts';
import { CAN_LIMIT_FILES, limitFileSize } from '../support/file-size-limit.ts';
import { operate, serverState } from '../support/operate.ts';
import type { ChaosBot } from './chaos-bots.ts';
import type { ChaosServer } from './chaos-server.ts';
import type { Random } from './random.ts';

/** What the faults act on. */
export interface Stage {
  readonly random: Random;
  readonly servers: readonly ChaosServer[];
  readonly bots: readonly ChaosBot[];
  daemon: Daemon;
  /** Writes the config with something about that server changed. */
  changeConfig(server: string): Promise<void>;
}

export interface Fault {
  readonly name: string;
  readonly run: (stage: Stage) => Promise<void>;
}

export const KILL: Fault = { name: 'kill', run: kill };

/** What befalls the bridge and its peers. */
export const FAULTS: readonly Fault[] = [
  {
    name: 'kill twice',
    run: async (stage) => {
      await kill(stage);
      await kill(stage);
    },
  },
  { name: 'cut', run: async ({ random, servers }) => random.pick(servers).cut() },
  { name: 'stall', run: async ({ random, servers }) => random.pick(servers).stall() },
  { name: 'mute', run: async ({ random, servers }) => random.pick(servers).mute() },
  { name: 'away', run: async ({ random, servers }) => await random.pick(servers).goAway() },
  {
    name: 'flap',
    run: async ({ random, servers, daemon }) => {
      const server = random.pick(servers);
      for (let times = random.between(2, 4); times > 0; times -= 1) {
        await server.goAway();
        await delay(random.between(0, 60));
        await server.heal();
        await operate(daemon, `reconnect ${server.name}`);
        await delay(random.between(0, 100));
      }
    },
  },
  { name: 'bot drop', run: async ({ random, bots }) => random.pick(bots).drop() },
  {
    name: 'reconnect',
    run: async ({ random, servers, daemon }) => void (await operate(daemon, `reconnect ${random.pick(servers).name}`)),
  },
  {
    name: 'pause',
    run: async ({ random, servers, daemon }) => {
      const { name } = random.pick(servers);
      await operate(daemon, `pause ${name}`);
      await delay(random.between(20, 200));
      await operate(daemon, `resume ${name}`);
    },
  },
  {
    name: 'reload',
    run: async ({ random, servers, daemon, changeConfig }) => {
      await changeConfig(random.pick(servers).name);
      await operate(daemon, 'reload config');
    },
  },
  {
    name: 'full disk',
    run: async ({ daemon }) => {
      if (CAN_LIMIT_FILES) await limitFileSize(daemon.pid, statSync(storeFile(daemon)).size);
    },
  },
];

export function storeFile(daemon: Daemon): string {
  return join(daemon.home.dir, 'data', 'events', 'data.mdb');
}

/** Ends every fault. */
export async function heal({ daemon, servers }: Stage, exempt: ChaosServer | undefined): Promise<void> {
  if (CAN_LIMIT_FILES) await limitFileSize(daemon.pid, 'unlimited');
  for (const server of servers) {
    if (server === exempt) continue;
    await server.heal();
    // Only where it is down: a link that is cut has to send again what is not confirmed yet.
    const { links } = await serverState(daemon, server.name);
    if (links.some(({ state }) => state === 'waiting')) await operate(daemon, `reconnect ${server.name}`);
  }
}

async function kill(stage: Stage): Promise<void> {
  await stage.daemon.kill9();
  for (const bot of stage.bots) bot.bridgeKilled();
  await delay(stage.random.between(0, 50));
  stage.daemon = await stage.daemon.startAgain();
}
