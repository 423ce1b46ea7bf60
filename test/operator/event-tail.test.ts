import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { runCommand } from '../../src/operator/command-line.ts';
import { textWidth } from '../../src/operator/text-width.ts';
import { silentLogger } from '../../src/support/logger.ts';
import { inEnglish } from '../../src/support/text.ts';
import { FakeBridge, serverNamed } from './fake-bridge.ts';
import { run } from './run.ts';

interface Bench {
  readonly bridge: FakeBridge;
  /** What was printed; the time at the head of each event stands as `T`. */
  readonly printed: string[];
  /** Whether the output takes lines. */
  ready: boolean;
  readonly asked: number;
  end(): void;
}

async function bench(t: TestContext, line = 'tail', columns?: number): Promise<Bench> {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const bridge = new FakeBridge({ servers: [serverNamed('survival')] });
  const result = await run(line, bridge, columns);
  assert.ok(result.kind === 'ok' && result.follow !== undefined, JSON.stringify(result));
  const printed: string[] = [];
  let asked = 0;
  const end = result.follow((text) => {
    asked += 1;
    if (self.ready) printed.push(text.replace(/^\d\d:\d\d:\d\d /, 'T '));
    return self.ready;
  });
  const self: Bench = {
    bridge,
    printed,
    ready: true,
    get asked() {
      return asked;
    },
    end,
  };
  t.after(end);
  return self;
}

test('tail says what it follows and how to end it', async () => {
  const bridge = new FakeBridge({ servers: [serverNamed('survival')] });
  const answers = [await run('tail', bridge), await run('tail SURVIVAL', bridge)];
  assert.deepEqual(
    answers.map((answer) => answer.kind === 'ok' && answer.lines),
    [
      ['Following each event that comes in; press enter to end.'],
      ['Following each event that is delivered to survival; press enter to end.'],
    ],
  );
  assert.equal(bridge.followers.size, 0);
});

test('tail shows each event on one line, without the blanks of its JSON but with those of its texts', async (t) => {
  const { bridge, printed, end } = await bench(t);
  bridge.event('{\r\n\t"self_id": 12345678901234567890,\n  "raw_message": "a  \\" b\\n",  "x": [ 1, "" ]\n}\n');
  bridge.event('{"m":"\u202e\u2028\u0000"}');
  bridge.event('{"m":"for another"}', 'survival');
  end();
  assert.deepEqual(printed, [
    'T 10001 {"self_id":12345678901234567890,"raw_message":"a  \\" b\\n","x":[1,""]}',
    'T 10001 {"m":"\\u202e\\u2028\\u0000"}',
    'No longer following.',
  ]);
  assert.equal(bridge.followers.size, 0);
});

test('tail of a server names it, and shows what is delivered to it', async (t) => {
  const { bridge, printed } = await bench(t, 'tail survival');
  bridge.event('{"n":1}');
  bridge.event('{"n":2}', 'survival');
  assert.deepEqual(printed, ['T 10001 survival {"n":2}']);
});

test('a line is as wide as the terminal at most, whatever is in it', async (t) => {
  const { bridge, printed } = await bench(t, 'tail', 40);
  const texts = ['x'.repeat(100), '多'.repeat(100), '😀'.repeat(100), `e${'\u0301'.repeat(500)}`, ' '.repeat(9_000)];
  for (const text of [...texts, '多'.repeat(20_000_000)]) bridge.event(`{"m":"${text}"}`);
  assert.equal(printed.length, 6);
  for (const line of printed) {
    assert.ok(textWidth(line.replace('T', '12:00:00')) <= 40, line);
    assert.ok(line.endsWith('...'), line);
  }
});

test('without a terminal a line is bounded too', async (t) => {
  const { bridge, printed } = await bench(t);
  bridge.event(`{"m":"${'x'.repeat(900)}"}`);
  bridge.event(`{"m":"${'x'.repeat(900_000)}"}`);
  bridge.event(`${' '.repeat(900_000)}{}`);
  assert.ok(printed[0]?.endsWith('x"}'));
  assert.ok(printed[1]?.endsWith('x...') && printed[1].length < 1_100);
  assert.equal(printed[2], 'T 10001 ...');
});

test('of a flood the first of each second are shown, and the others are counted', async (t) => {
  const { bridge, printed } = await bench(t);
  for (let n = 0; n < 1_000; n += 1) bridge.event(`{"n":${n}}`);
  assert.equal(printed.length, 20);
  t.mock.timers.tick(1_000);
  assert.deepEqual(printed.slice(19), ['T 10001 {"n":19}', '... 980 more events left out']);
  for (let n = 0; n < 21; n += 1) bridge.event(`{"n":${n}}`);
  t.mock.timers.tick(1_000);
  assert.equal(printed.at(-1), '... 1 more event left out');
  t.mock.timers.tick(10_000);
  assert.equal(printed.length, 21 + 21);
});

test('what was left out is said at the end too', async (t) => {
  const { bridge, printed, end } = await bench(t);
  for (let n = 0; n < 25; n += 1) bridge.event('{}');
  end();
  assert.deepEqual(printed.slice(20), ['... 5 more events left out', 'No longer following.']);
});

test('an output that is behind costs nothing, and what it missed is counted', async (t) => {
  const self = await bench(t);
  self.ready = false;
  for (let n = 0; n < 1_000; n += 1) self.bridge.event('{}');
  assert.equal(self.asked, 1);
  t.mock.timers.tick(1_000);
  self.ready = true;
  self.bridge.event('{"back":1}');
  t.mock.timers.tick(1_000);
  assert.deepEqual(self.printed, ['T 10001 {"back":1}', '... 1000 more events left out']);
});

test('over the admin listener there is no tail', async () => {
  const bridge = new FakeBridge();
  const result = await runCommand('tail', { bridge, logger: silentLogger, speak: inEnglish, origin: 'admin' });
  assert.deepEqual(result, { kind: 'wrong', line: 'tail follows what happens: it is for the console and ctl.' });
  assert.equal(bridge.followers.size, 0);
});
