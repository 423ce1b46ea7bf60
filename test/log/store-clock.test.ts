import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ClockReading, decodeReading, encodeReading, StoreClock } from '../../src/log/embedded/store-clock.ts';

const NOON = Date.UTC(2026, 10, 26, 12);
const IN_1972 = Date.UTC(1972, 0, 1);
const IN_2099 = Date.UTC(2099, 0, 1);
const MINUTE = 60_000;

/** Clocks that the test sets. */
class Machine {
  wallMs = NOON;
  upMs = 5_000;
  boot = 'first boot';
  #last: ClockReading | undefined;

  /** A run of the bridge that commits at its end. Returns the store's time at its start and end. */
  run(during: () => void = () => {}): { startMs: number; endMs: number } {
    const startedUpMs = this.upMs;
    const startedWallMs = this.wallMs;
    const clock = new StoreClock({
      last: this.#last,
      sources: () => ({ wallMs: this.wallMs, upMs: this.upMs, boot: this.boot }),
      steady: () => startedWallMs + this.upMs - startedUpMs,
    });
    const startMs = clock.now();
    during();
    this.#last = decodeReading(encodeReading(clock.reading()));
    return { startMs, endMs: clock.now() };
  }

  pass(ms: number): void {
    this.wallMs += ms;
    this.upMs += ms;
  }

  reboot(tookMs = MINUTE): void {
    this.wallMs += tookMs;
    this.upMs = 3_000;
    this.boot = `boot at ${this.wallMs}`;
  }
}

test("the store's time counts what passes within a run and between runs of one boot, whatever the wall clock is set to", () => {
  for (const [before, after] of [
    [IN_1972, NOON],
    [NOON, IN_1972],
    [IN_2099, NOON],
    [NOON, IN_2099],
    [NOON, NOON + 60 * MINUTE],
    [NOON, NOON - 60 * MINUTE],
  ] as const) {
    const machine = new Machine();
    machine.wallMs = before;
    const first = machine.run(() => {
      machine.pass(MINUTE);
      machine.wallMs = after; // During the run.
      machine.pass(MINUTE);
    });
    assert.equal(first.endMs - first.startMs, 2 * MINUTE);
    machine.pass(3 * MINUTE);
    machine.wallMs = before; // Between runs.
    const second = machine.run(() => machine.pass(MINUTE));
    assert.equal(second.startMs - first.endMs, 3 * MINUTE);
    assert.equal(second.endMs - second.startMs, MINUTE);
  }
});

test('over a reboot a wall clock that was plausible before and after tells how long it took', () => {
  const machine = new Machine();
  const first = machine.run();
  machine.reboot(7 * MINUTE);
  assert.equal(machine.run().startMs - first.endMs, 7 * MINUTE);
});

test('over a reboot nothing is known to have passed when the clock was wrong before, after, or went back', () => {
  for (const [before, after] of [
    [IN_1972, NOON],
    [NOON, IN_1972],
    [IN_2099, NOON],
    [NOON, IN_2099],
    [NOON, NOON - 60 * MINUTE],
  ] as const) {
    const machine = new Machine();
    machine.wallMs = before;
    const first = machine.run(() => machine.pass(MINUTE));
    machine.reboot();
    machine.wallMs = after;
    assert.equal(machine.run().startMs, first.endMs, `${before} to ${after}`);
  }
});

test('a clock that was set right during a run is believed over the reboot that follows', () => {
  const machine = new Machine();
  machine.wallMs = IN_1972;
  const first = machine.run(() => {
    machine.wallMs = NOON;
  });
  machine.reboot(7 * MINUTE);
  assert.equal(machine.run().startMs - first.endMs, 7 * MINUTE);
});

test('a store of version 1.0.0 goes on behind its newest event', () => {
  const open = (newestEventMs: number) =>
    new StoreClock({
      last: undefined,
      newestEventMs,
      sources: () => ({ wallMs: NOON, upMs: 5_000, boot: 'a' }),
      steady: () => 0,
    }).now();
  assert.equal(open(NOON - MINUTE), NOON, 'its events are dated by the wall clock');
  assert.equal(open(IN_1972), IN_1972, 'an event of a wrong year has no known age');
  assert.equal(open(IN_2099), IN_2099);
});

test('a reading that is damaged is none', () => {
  for (const text of ['', '{', 'null', '{"storeMs":1,"wallMs":2,"upMs":"3","boot":""}', '{"storeMs":null}']) {
    assert.equal(decodeReading(text), undefined, text);
  }
});

test('a virtual machine that stood still, or was set back to a snapshot, within one boot makes no event older than it can be', () => {
  const asleep = new Machine();
  const before = asleep.run(() => asleep.pass(MINUTE));
  asleep.wallMs += 60 * MINUTE; // The monotonic clock stood still meanwhile.
  assert.equal(asleep.run().startMs, before.endMs, 'while it was suspended');

  const setBack = new Machine();
  setBack.pass(10 * MINUTE);
  const last = setBack.run(() => setBack.pass(MINUTE));
  setBack.upMs -= 5 * MINUTE; // To the snapshot; the wall clock has been set right since.
  setBack.wallMs += 7 * MINUTE;
  assert.equal(setBack.run().startMs - last.endMs, 7 * MINUTE, 'the wall clock tells');

  setBack.upMs -= 5 * MINUTE;
  setBack.wallMs -= 5 * MINUTE; // Nothing has set it right yet.
  const again = setBack.run();
  assert.equal(again.startMs - last.endMs, 7 * MINUTE, 'never back');
});
