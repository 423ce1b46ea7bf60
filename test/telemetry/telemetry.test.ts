import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { type TestContext, test } from 'node:test';
import type { LogConfig } from '../../src/config/types.ts';
import { BridgeError } from '../../src/support/errors.ts';
import { inEnglish, type Speak, Text, text, type Words } from '../../src/support/text.ts';
import { Telemetry } from '../../src/telemetry/telemetry.ts';
import { logUncaught } from '../../src/telemetry/uncaught.ts';

interface Bench {
  readonly telemetry: Telemetry;
  readonly config: LogConfig;
  readonly output: FakeOutput;
  /** The file after the end, without times. */
  finish(): Promise<string[]>;
}

/** A standard output that keeps what was written, and takes nothing while it is stalled. */
class FakeOutput extends Writable {
  text = '';
  stalled = false;
  #resume: (() => void) | undefined;

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    this.text += chunk;
    if (this.stalled) this.#resume = done;
    else done();
  }

  resume(): void {
    this.stalled = false;
    this.#resume?.();
  }

  get lines(): string[] {
    return linesOf(this.text);
  }
}

async function bench(
  t: TestContext,
  changes: Partial<LogConfig> & { readonly speak?: Speak } = {},
  output = new FakeOutput(),
): Promise<Bench> {
  const { speak = inEnglish, ...logChanges } = changes;
  const folder = await mkdtemp(join(tmpdir(), 'qqbridge-logs-'));
  const config: LogConfig = {
    level: 'info',
    file: join(folder, 'log.log'),
    json: false,
    maxSizeBytes: 1_000_000,
    keepDays: 14,
    ...logChanges,
  };
  const telemetry = new Telemetry(config, { output: output as unknown as NodeJS.WriteStream, speak });
  t.after(async () => {
    await telemetry.close();
    await rm(folder, { recursive: true, force: true });
  });
  const finish = async () => {
    await telemetry.close();
    return linesOf(await readFile(config.file, 'utf8'));
  };
  return { telemetry, config, output, finish };
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.replace(/^\[\d\d:\d\d:\d\d\] /, ''));
}

test('the console and the file get the same lines', async (t) => {
  const { telemetry, output, finish } = await bench(t);
  const logger = telemetry.logger.child({ bot: '10001' }).child({ server: '生存 服' });
  logger.info('connected', { url: 'ws://a' });
  logger.warn('refused');
  logger.error('lost');
  logger.debug('not shown');
  const expected = [
    '[INFO] connected bot=10001 server="生存 服" url=ws://a',
    '[WARN] refused bot=10001 server="生存 服"',
    '[ERROR] lost bot=10001 server="生存 服"',
  ];
  assert.deepEqual(await finish(), expected);
  assert.deepEqual(output.lines, expected);
});

test('debug can be turned on and off, and loggers that exist follow', async (t) => {
  const { telemetry, finish } = await bench(t, { level: 'warn' });
  const child = telemetry.logger.child({ bot: '1' });
  assert.equal(child.debugEnabled, false);
  child.info('hidden');
  telemetry.setDebug(true);
  assert.equal(child.debugEnabled, true);
  child.debug('shown');
  telemetry.setDebug(false);
  child.info('hidden again');
  assert.deepEqual(await finish(), ['[DEBUG] shown bot=1']);
});

test('debug off means info where the file says debug', async (t) => {
  const { telemetry, finish } = await bench(t, { level: 'debug' });
  assert.equal(telemetry.logger.debugEnabled, true);
  telemetry.setDebug(false);
  telemetry.logger.debug('hidden');
  telemetry.logger.info('shown');
  assert.deepEqual(await finish(), ['[INFO] shown']);
});

test('a reload that leaves the level alone leaves debug on', async (t) => {
  const { telemetry, config } = await bench(t);
  telemetry.setDebug(true);
  telemetry.reconfigure({ ...config, keepDays: 3 });
  assert.equal(telemetry.logger.debugEnabled, true);
  telemetry.reconfigure({ ...config, level: 'error' });
  assert.equal(telemetry.logger.debugEnabled, false);
});

test('with json each line is an object, and a reload may change that', async (t) => {
  const { telemetry, config, finish } = await bench(t, { json: true });
  telemetry.logger.info('a', { n: 1 });
  telemetry.reconfigure({ ...config, json: false });
  telemetry.logger.info('b', { n: 2 });
  const [first, second] = await finish();
  assert.deepEqual({ ...JSON.parse(first ?? ''), time: 0 }, { time: 0, level: 'info', message: 'a', n: 1 });
  assert.equal(second, '[INFO] b n=2');
});

test('secrets appear nowhere: not in messages, fields, errors, nor in lines that were folded', async (t) => {
  const { telemetry, output, finish } = await bench(t, { level: 'debug' });
  const secret = 'S3cr"et';
  telemetry.setSecrets([secret]);
  const error = new Error(`bad ${secret}`, { cause: new Error(encodeURIComponent(secret)) });
  for (let n = 0; n < 3; n += 1) telemetry.logger.error(`message ${secret}`, { error, value: { deep: [secret] } });
  const file = (await finish()).join('\n');
  assert.equal(file.match(/\*\*\*/g)?.length !== 0, true);
  for (const text of [file, output.text]) {
    assert.equal(text.includes('S3cr'), false, text);
    assert.match(text, /repeated 2 times/);
  }
});

test('equal warnings are folded, equal infos are not', async (t) => {
  const { telemetry, finish } = await bench(t);
  for (let n = 0; n < 5; n += 1) {
    telemetry.logger.warn('refused', { server: 'a' });
    telemetry.logger.info('connected', { server: 'a' });
  }
  assert.deepEqual(await finish(), [
    '[WARN] refused server=a',
    ...Array.from({ length: 5 }, () => '[INFO] connected server=a'),
    '[WARN] refused (repeated 4 times) server=a',
  ]);
});

test('thousands of lines in one go reach the file, in order, before the end', async (t) => {
  const { telemetry, finish } = await bench(t);
  for (let n = 0; n < 5_000; n += 1) telemetry.logger.info('line', { n });
  assert.deepEqual(
    await finish(),
    Array.from({ length: 5_000 }, (_, n) => `[INFO] line n=${n}`),
  );
});

test('lines go through the prompt while there is one', async (t) => {
  const { telemetry, output, finish } = await bench(t);
  const above: string[] = [];
  telemetry.printThrough((line) => above.push(line));
  telemetry.logger.info('one');
  await new Promise(setImmediate);
  telemetry.printThrough(undefined);
  telemetry.logger.info('two');
  assert.deepEqual(await finish(), ['[INFO] one', '[INFO] two']);
  assert.deepEqual(linesOf(above.join('\n')), ['[INFO] one']);
  assert.deepEqual(output.lines, ['[INFO] two']);
});

test('lines after the end still reach the console', async (t) => {
  const { telemetry, output } = await bench(t);
  await telemetry.close();
  telemetry.logger.error('late');
  assert.deepEqual(output.lines, ['[ERROR] late']);
});

test('an output that breaks harms nothing but itself', async (t) => {
  const { telemetry, output, finish } = await bench(t);
  output.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  await new Promise(setImmediate);
  telemetry.logger.info('to the file');
  assert.deepEqual(await finish(), ['[INFO] to the file']);
  assert.equal(output.text, '');
});

test('an output that nobody reads is not fed without bound', async (t) => {
  const { telemetry, output, finish } = await bench(t, { maxSizeBytes: 100_000_000 });
  output.stalled = true;
  for (let n = 0; n < 5_000; n += 1) {
    telemetry.logger.info('line', { text: 'x'.repeat(900) });
    if (n % 10 === 0) await new Promise(setImmediate);
  }
  assert.ok(output.writableLength < 1_100_000);
  output.resume();
  await new Promise(setImmediate);
  telemetry.logger.info('read again');
  assert.equal((await finish()).length, 5_001);
  assert.match(output.lines.at(-2) ?? '', /^\.\.\. \d+ lines were dropped/);
  assert.equal(output.lines.at(-1), '[INFO] read again');
});

test('a terminal gets colours, as far as it has some', async (t) => {
  for (const colours of [true, false]) {
    const terminal = Object.assign(new FakeOutput(), { isTTY: true, hasColors: () => colours });
    const { telemetry } = await bench(t, {}, terminal);
    telemetry.logger.info('hello');
    await telemetry.close();
    assert.equal(terminal.text.includes('\u001b[32m'), colours);
  }
});

test('a log file that cannot be written is said on the console', async (t) => {
  const { telemetry, output } = await bench(t, { file: join(import.meta.filename, 'log.log') });
  telemetry.logger.info('hello');
  await telemetry.close();
  assert.equal(output.lines[0], '[INFO] hello');
  assert.match(
    output.lines[1] ?? '',
    /^\[WARN\] the log file cannot be written, lines go to the console alone .*code=/,
  );
});

test('an uncaught error is logged with its stack, on one line', async (t) => {
  const { telemetry, finish } = await bench(t);
  logUncaught(telemetry.logger, new Error('oops'), 'uncaughtException');
  logUncaught(telemetry.logger, 'a text', 'unhandledRejection');
  const lines = await finish();
  assert.match(
    lines[0] ?? '',
    /^\[ERROR\] an error was not caught origin=uncaughtException error=oops stack=".*telemetry/,
  );
  assert.match(lines[1] ?? '', /origin=unhandledRejection error="a text"$/);
});

/** Tells by brackets what it was given to say. */
function bracketed(words: Words): string {
  if (!(words instanceof Text)) return words;
  return `<${words.template.replace(/\{(\d+)\}/g, (_, index) => bracketed(String(words.values[index])))}>`;
}

test('messages, and sentences among the values, are said in the language', async (t) => {
  const { telemetry, finish } = await bench(t, { speak: bracketed });
  const error = new BridgeError('PORT_IN_USE', text`port ${1} is taken`);
  telemetry.logger.info('up', { reason: text`too long`, name: 'as it is' });
  telemetry.logger.info(text`found ${'x'}`);
  telemetry.logger.warn('failed', { error });
  telemetry.logger.warn('failed', { error });
  telemetry.logger.warn('failed', { error });
  assert.deepEqual(await finish(), [
    '[INFO] <up> reason="<too long>" name="as it is"',
    '[INFO] <found x>',
    '[WARN] <failed> error="<port 1 is taken>" code=PORT_IN_USE',
    '[WARN] <failed (repeated 2 times)> error="<port 1 is taken>" code=PORT_IN_USE',
  ]);
});

test('JSON stays English, and what is not logged is not said', async (t) => {
  let said = 0;
  const count: Speak = (words) => {
    said += 1;
    return String(words);
  };
  const { telemetry, output } = await bench(t, { speak: count, json: true });
  telemetry.logger.info('up', { reason: text`too long` });
  telemetry.logger.debug('below the level');
  await telemetry.close();
  assert.equal(said, 0);
  assert.match(output.text, /"message":"up","reason":"too long"/);
});
