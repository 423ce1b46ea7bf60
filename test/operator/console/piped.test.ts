import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { PassThrough, Writable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import { OperatorConsole } from '../../../src/operator/console/operator-console.ts';
import { silentLogger } from '../../../src/support/logger.ts';
import { inEnglish } from '../../../src/support/text.ts';
import { eventually } from '../../support/eventually.ts';
import { FakeBridge } from '../fake-bridge.ts';

interface Bench {
  readonly bridge: FakeBridge;
  readonly input: PassThrough;
  readonly output: PassThrough;
  readonly console: OperatorConsole;
  text(): string;
}

function bench(t: TestContext): Bench {
  const bridge = new FakeBridge();
  const input = new PassThrough();
  const output = new PassThrough();
  let text = '';
  output.on('data', (chunk) => {
    text += chunk;
  });
  const console = new OperatorConsole({
    bridge,
    logger: silentLogger,
    speak: inEnglish,
    logLines: { printThrough: () => {} },
    interrupt: () => {},
    input: input as unknown as NodeJS.ReadStream,
    output: output as unknown as NodeJS.WriteStream,
  });
  console.start();
  t.after(() => console.stop());
  return { bridge, input, output, console, text: () => text };
}

test('commands are answered with plain lines, in order, without a prompt', async (t) => {
  const { input, text } = bench(t);
  input.write('debug on\r\ndebug off\n\n  \nrel');
  input.write('oad\n');
  await eventually(() => assert.equal(text(), 'Debug is on.\nDebug is off.\nUsage: reload config\n'));
});

test('the end of the input stops nothing, and its last line counts', async (t) => {
  const { bridge, input } = bench(t);
  input.end('debug on');
  await eventually(() => bridge.debug);
  assert.deepEqual(bridge.told, []);
});

test('an input that is empty from the start stops nothing', async (t) => {
  const { bridge, input, text } = bench(t);
  input.end();
  await new Promise(setImmediate);
  assert.deepEqual([bridge.told, text()], [[], '']);
});

test('a line without an end is not kept whole, and gets one line of help', async (t) => {
  const { bridge, input, text } = bench(t);
  for (let n = 0; n < 200; n += 1) {
    if (!input.write(Buffer.alloc(65_536))) await eventually(() => input.writableLength === 0);
  }
  input.write('\ndebug on\n');
  await eventually(() => bridge.debug);
  assert.equal(text(), 'The line is too long for a command. Type help for a list.\nDebug is on.\n');
});

test('binary junk is answered and never shown as it is', async (t) => {
  const { bridge, input, text } = bench(t);
  input.write(Buffer.from([0xff, 0xfe, 0x00, 0x1b, 0x5b, 0x32, 0x4a, 0x0a]));
  input.write('debug on\n');
  await eventually(() => bridge.debug);
  assert.match(text(), /^There is no command ".*\\u0000\\u001b\[2J"/);
  assert.equal(text().includes('\u001b'), false);
});

test('characters that come in two pieces stay whole', async (t) => {
  const { input, text } = bench(t);
  const bytes = Buffer.from('停\n');
  input.write(bytes.subarray(0, 2));
  input.write(bytes.subarray(2));
  await eventually(() => assert.match(text(), /no command "停"/));
});

test('an input and an output that break stop nothing', async (t) => {
  const { bridge, input, output } = bench(t);
  output.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  await new Promise(setImmediate);
  input.write('debug on\n');
  await eventually(() => bridge.debug);
  input.destroy(new Error('EISDIR'));
  await new Promise(setImmediate);
  assert.deepEqual(bridge.told, []);
});

test('while nobody reads the answers no further command is taken', async (t) => {
  const bridge = new FakeBridge();
  const input = new PassThrough();
  let release = () => {};
  const output = new Writable({
    highWaterMark: 1,
    write: (_chunk, _encoding, done) => {
      release = done;
    },
  });
  const console = new OperatorConsole({
    bridge,
    logger: silentLogger,
    speak: inEnglish,
    logLines: { printThrough: () => {} },
    interrupt: () => {},
    input: input as unknown as NodeJS.ReadStream,
    output: output as unknown as NodeJS.WriteStream,
  });
  console.start();
  t.after(() => console.stop());
  input.write('version\ndebug on\n');
  await eventually(() => output.writableLength > 0);
  await new Promise(setImmediate);
  assert.equal(bridge.debug, false);
  release();
  await eventually(() => bridge.debug);
  release();
});

test('a tail goes on until the next line, an empty one too, which else does what it says', async (t) => {
  const { bridge, input, text } = bench(t);
  for (const line of ['', 'debug on']) {
    input.write('tail\n');
    await eventually(() => bridge.followers.size === 1);
    bridge.event('{"n": 1}');
    input.write(`${line}\n`);
    await eventually(() => bridge.followers.size === 0);
    bridge.event('{"n": 2}');
  }
  await eventually(() => bridge.debug);
  const tail = 'Following each event that comes in; press enter to end.\nT 10001 {"n":1}\nNo longer following.\n';
  assert.equal(text().replaceAll(/^\d\d:\d\d:\d\d /gm, 'T '), `${tail}${tail}Debug is on.\n`);
});

test('a tail goes on after the end of the input, until the console stops', async (t) => {
  const { bridge, console, input, text } = bench(t);
  input.end('tail');
  await eventually(() => bridge.followers.size === 1);
  bridge.event('{"n":1}');
  await eventually(() => text().includes('{"n":1}'));
  console.stop();
  assert.equal(bridge.followers.size, 0);
});

test('a tail that nobody reads takes no memory', async (t) => {
  const { bridge, input, output } = bench(t);
  input.write('tail\n');
  await eventually(() => bridge.followers.size === 1);
  output.removeAllListeners('data');
  output.pause();
  for (let n = 0; n < 10_000; n += 1) bridge.event(`{"m":"${'x'.repeat(5_000)}"}`);
  assert.ok(output.readableLength + output.writableLength < 100_000);
});

test('a console that was stopped does not keep the process', async () => {
  const script = `
    const { OperatorConsole } = await import(${JSON.stringify(new URL('../../../src/operator/console/operator-console.js', import.meta.url).href)});
    const { FakeBridge } = await import(${JSON.stringify(new URL('../fake-bridge.js', import.meta.url).href)});
    const bridge = new FakeBridge();
    const console = new OperatorConsole({
      bridge, interrupt() {}, logLines: { printThrough() {} }, logger: { debug() {}, error() {} }, speak: String,
      input: process.stdin, output: process.stdout,
    });
    bridge.stop = () => console.stop();
    console.start();
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['pipe', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.stdin.write('stop\n');
  assert.equal(await exited, 0);
  child.stdin.destroy();
  assert.equal(text, 'Stopping.\n');
});
