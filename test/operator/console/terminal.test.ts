import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { OperatorConsole } from '../../../src/operator/console/operator-console.ts';
import { silentLogger } from '../../../src/support/logger.ts';
import { inEnglish } from '../../../src/support/text.ts';
import { eventually } from '../../support/eventually.ts';
import { FakeBridge, serverNamed } from '../fake-bridge.ts';
import { Screen } from './screen.ts';

interface Bench {
  readonly bridge: FakeBridge;
  readonly input: PassThrough;
  readonly screen: Screen;
  readonly console: OperatorConsole;
  readonly interrupts: number[];
  /** Prints a log line; undefined while lines go straight to the output. */
  print: ((line: string) => void) | undefined;
  type(text: string): Promise<void>;
}

function bench(t: TestContext, columns = 40): Bench {
  const bridge = new FakeBridge({ servers: [serverNamed('survival')] });
  const input = Object.assign(new PassThrough(), { isTTY: true });
  const screen = new Screen(columns);
  const interrupts: number[] = [];
  const self: Bench = {
    bridge,
    input,
    screen,
    interrupts,
    print: undefined,
    console: new OperatorConsole({
      bridge,
      logger: silentLogger,
      speak: inEnglish,
      logLines: {
        printThrough: (print) => {
          self.print = print;
        },
      },
      interrupt: () => interrupts.push(1),
      input: input as unknown as NodeJS.ReadStream,
      output: screen as unknown as NodeJS.WriteStream,
    }),
    type: async (text) => {
      input.write(text);
      await new Promise(setImmediate);
    },
  };
  self.console.start();
  t.after(() => self.console.stop());
  return self;
}

test('a command is answered under what was typed, and a new prompt follows', async (t) => {
  const { screen, type } = bench(t);
  await type('debug on\r');
  await eventually(() => assert.deepEqual(screen.text, ['> debug on', 'Debug is on.', '>']));
});

test('a log line appears above a half-typed line, which stays', async (t) => {
  const { bridge, print, screen, type } = bench(t);
  await type('debug o');
  print?.('[12:00:00] [INFO] one');
  print?.('[12:00:00] [INFO] two');
  await type('n');
  assert.deepEqual(screen.text, ['[12:00:00] [INFO] one', '[12:00:00] [INFO] two', '> debug on']);
  await type('\r');
  await eventually(() => bridge.debug);
});

test('no width of lines and no place of the cursor garbles the screen', async (t) => {
  for (let length = 1; length < 70; length += 1) {
    const { console, print, screen, type } = bench(t, 20);
    const typed = '字a'.repeat(length).slice(0, length);
    for (const key of typed) await type(key);
    for (let back = 0; back < length / 3; back += 1) await type('\u001b[D');
    print?.('x'.repeat(length));
    print?.('second');
    assert.equal(screen.text.join(''), `${'x'.repeat(length)}second> ${typed}`, `length ${length}`);
    assert.ok(screen.text.every((line) => line !== ''));
    console.stop();
  }
});

test('a line that was pasted over several rows is not garbled either', async (t) => {
  const { print, screen, type } = bench(t, 20);
  await type('pasted '.repeat(10));
  print?.('a line');
  assert.equal(screen.text[0], 'a line');
  assert.equal(screen.text.slice(1).join(''), `> ${'pasted '.repeat(10)}`.trimEnd());
});

test('the last commands come back with the arrow', async (t) => {
  const { bridge, type } = bench(t);
  await type('reconnect survival\r');
  await type('\u001b[A');
  await type('\r');
  await eventually(() => bridge.told.length === 2);
});

test('a tab completes the command and the name of the server', async (t) => {
  const { bridge, type } = bench(t);
  await type('reco\t');
  await type('s\t');
  await type('\r');
  await eventually(() => assert.deepEqual(bridge.told, ['reconnect survival']));
});

test('events appear above the prompt until enter', async (t) => {
  const { bridge, screen, type } = bench(t, 60);
  await type('tail\r');
  await eventually(() => bridge.followers.size === 1);
  bridge.event(`{"message":"${'x'.repeat(100)}"}`);
  await type('\r');
  await eventually(() => bridge.followers.size === 0);
  assert.deepEqual(
    screen.text.map((line) => line.replace(/^\d\d:\d\d:\d\d /, '')),
    [
      '> tail',
      'Following each event that comes in; press enter to end.',
      `10001 {"message":"${'x'.repeat(60 - 30)}...`,
      '>',
      'No longer following.',
      '>',
    ],
  );
});

test('a line that comes at once ends a tail before it begins', async (t) => {
  const { bridge, type } = bench(t);
  await type('tail\r\r');
  await new Promise(setImmediate);
  assert.equal(bridge.followers.size, 0);
});

test('ctrl-C ends a tail first', async (t) => {
  const { bridge, interrupts, screen, type } = bench(t, 80);
  await type('tail\r');
  await eventually(() => bridge.followers.size === 1);
  await type('\u0003');
  await eventually(() => screen.text.includes('No longer following.'));
  assert.deepEqual([bridge.followers.size, interrupts], [0, []]);
  await type('\u0003');
  await eventually(() => interrupts.length === 1);
});

test('ctrl-C asks for the same as SIGINT', async (t) => {
  const { interrupts, type } = bench(t);
  await type('half\u0003');
  await eventually(() => interrupts.length === 1);
});

test('ctrl-D says how to stop, and the prompt and its history stay', async (t) => {
  const { bridge, screen, type } = bench(t, 80);
  await type('debug on\r');
  await type('\u0004');
  await eventually(() => screen.text.includes('The daemon keeps running: type stop, or press ctrl-C, to end it.'));
  bridge.debug = false;
  await type('\u001b[A');
  await type('\r');
  await eventually(() => bridge.debug);
});

test('an empty line asks for the next, and nothing else', async (t) => {
  const { screen, type } = bench(t);
  await type('\r');
  await type('  \r');
  assert.deepEqual(screen.text, ['>', '>', '>']);
});

test('tables are cut to the width of the terminal', async (t) => {
  const { screen, type } = bench(t, 40);
  await type('servers\r');
  await eventually(() => screen.text.length === 4);
  assert.ok(screen.text.every((line) => line.length <= 40));
});

test('the end takes the prompt away and gives the output back to the log', async (t) => {
  const self = bench(t);
  await self.type('half');
  self.console.stop();
  assert.deepEqual(self.screen.text, []);
  assert.equal(self.print, undefined);
  await self.type('stop\r');
  assert.deepEqual(self.bridge.told, []);
});

test('a terminal that goes away stops nothing', async (t) => {
  const { bridge, input, print, screen } = bench(t);
  input.end();
  await new Promise(setImmediate);
  print?.('still here');
  await eventually(() => screen.text.includes('still here'));
  screen.emit('error', new Error('EIO'));
  input.emit('error', new Error('EIO'));
  assert.deepEqual(bridge.told, []);
});
