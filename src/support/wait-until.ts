import { setTimeout as sleep } from 'node:timers/promises';
import { steadyNow } from './clock.ts';

const POLL_MS = 20;

/** Waits until the condition holds; false when it doesn't within `timeoutMs`. */
export async function waitUntil(condition: () => boolean, timeoutMs: number): Promise<boolean> {
  const deadline = steadyNow() + timeoutMs;
  while (!condition()) {
    if (steadyNow() >= deadline) return false;
    await sleep(POLL_MS);
  }
  return true;
}
