// Loaded into a daemon before everything else (`node --import`): sets its wall clock, at the start and again on
// SIGUSR2. The file that `TEST_CLOCK_FILE` names has the milliseconds to add. Date and `performance.timeOrigin` show
// the changed wall clock. Timers, `performance.now()` and `process.hrtime()` go on unchanged, as on a machine whose
// clock somebody sets.
import { readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

const file = process.env['TEST_CLOCK_FILE'];
const RealDate = Date;
let aheadMs = 0;

function readClock(): void {
  if (file !== undefined) aheadMs = Number(readFileSync(file, 'utf8'));
}

class SetDate extends RealDate {
  constructor(...args: [] | [number | string | Date]) {
    if (args.length === 0) super(RealDate.now() + aheadMs);
    else super(...(args as [number]));
  }

  static override now(): number {
    return RealDate.now() + aheadMs;
  }
}

readClock();
const timeOrigin = performance.timeOrigin + aheadMs;
Object.defineProperty(performance, 'timeOrigin', { value: timeOrigin });
globalThis.Date = SetDate as DateConstructor;
if (isMainThread) {
  process.on('SIGUSR2', () => {
    readClock();
    process.stderr.write(`the clock is set: ${new Date().toISOString()}\n`);
  });
}
