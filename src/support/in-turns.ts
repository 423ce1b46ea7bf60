import { setImmediate as nextTurn } from 'node:timers/promises';

/**
 * The results of a long piece of work on many items. When it has run for {@link TURN_MS}, it goes on in the next turn
 * of the event loop, so that events and calls pass in between.
 */
export async function inTurns<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Result,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  let beganAt = performance.now();
  for (const item of items) {
    results.push(work(item));
    if (performance.now() - beganAt < TURN_MS) continue;
    await nextTurn();
    beganAt = performance.now();
  }
  return results;
}

const TURN_MS = 5;
