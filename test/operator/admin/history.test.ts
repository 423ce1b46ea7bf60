import assert from 'node:assert/strict';
import { test } from 'node:test';
import { History } from '../../../src/operator/admin/history.ts';
import { botNamed, FakeBridge, serverNamed } from '../fake-bridge.ts';

const STEP_MS = 5_000;

function counting(delivered: number, seconds: number, queuedEvents = 0) {
  const server = serverNamed('survival', [{ queuedEvents }]);
  return {
    ...server,
    counts: { ...server.counts, delivered, seconds: { buckets: [], sum: seconds, count: delivered } },
  };
}

function bench() {
  const bridge = new FakeBridge();
  let now = 1_000_000;
  const history = new History(() => bridge.statusInTurns());
  const sample = (servers: FakeBridge['current']['servers'], events = 0) => {
    const bots = [botNamed('10001', { events })];
    bridge.current = { ...bridge.current, servers, bots };
    history.sample(bridge.current, now);
    now += STEP_MS;
  };
  return { history, sample };
}

test('a sample has rates per second, the mean latency of its step and what waits', () => {
  const { history, sample } = bench();
  sample([counting(100, 9)], 50);
  sample([counting(110, 9.05, 3)], 75);
  const { all, servers, stepMs } = history.snapshot();
  assert.equal(stepMs, STEP_MS);
  assert.deepEqual(
    [all['events'], all['delivered'], all['latencyMs'], all['queue']],
    [[5], [2], [5], [3]],
    'what was counted before the first sample is in none',
  );
  assert.deepEqual([servers['survival']?.['delivered'], servers['survival']?.['queue']], [[2], [3]]);
});

test('counts that begin anew give no negative rates, and a step without deliveries no latency', () => {
  const { history, sample } = bench();
  sample([counting(100, 9)], 100);
  sample([counting(10, 1)], 20);
  sample([counting(10, 1)], 20);
  const { all } = history.snapshot();
  assert.deepEqual(
    [all['delivered'], all['events'], all['latencyMs']],
    [
      [2, 0],
      [4, 0],
      [100, null],
    ],
  );
});

test('it keeps an hour, of 64 servers, and forgets those that are gone', () => {
  const { history, sample } = bench();
  const many = Array.from({ length: 100 }, (_, at) => serverNamed(`server ${at}`));
  for (let count = 0; count < 3; count += 1) sample(many);
  assert.equal(Object.keys(history.snapshot().servers).length, 64);
  for (let count = 0; count < 800; count += 1) sample([counting(count * 5, 0)]);
  const { all, servers } = history.snapshot();
  assert.deepEqual(Object.keys(servers), ['survival']);
  assert.equal(all['delivered']?.length, 720);
  assert.deepEqual([all['delivered']?.[0], all['delivered']?.at(-1)], [1, 1]);
});

test('rates are right while the wall clock is set', () => {
  const bridge = new FakeBridge();
  const history = new History(() => bridge.statusInTurns());
  const hour = 3_600_000;
  let wallMs = 10 * hour;
  let delivered = 0;
  for (const [n, setBy] of [0, hour, -hour, -hour].entries()) {
    bridge.current = { ...bridge.current, servers: [counting(delivered, 0)] };
    wallMs += setBy;
    history.sample(bridge.current, wallMs, n * STEP_MS);
    wallMs += STEP_MS;
    delivered += 10;
  }
  assert.deepEqual(history.snapshot().all['delivered'], [2, 2, 2]);
});
