import { setTimeout as delay } from 'node:timers/promises';
import type { Daemon } from '../support/daemon.ts';
import type { Random } from './random.ts';

/**
 * Has a daemon acknowledge something, kills it 0 to 100 ms later without a warning, and starts it again: what was
 * acknowledged has to hold then.
 *
 * @param acknowledge Settles when the daemon has acknowledged it.
 * @returns The next run, whose port listens.
 */
export async function killAfter(daemon: Daemon, random: Random, acknowledge: () => Promise<unknown>): Promise<Daemon> {
  const waitMs = random.between(0, 100);
  await acknowledge();
  // At once is a case of its own: not even a turn of the event loop in between.
  if (waitMs > 0) await delay(waitMs);
  await daemon.kill9();
  return await daemon.startAgain();
}
