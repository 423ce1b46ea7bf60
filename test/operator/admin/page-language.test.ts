import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { speakIn } from '../../../src/language/speak.ts';
import { AdminListener } from '../../../src/operator/admin/admin-listener.ts';
import { askedLanguage } from '../../../src/operator/admin/asked-language.ts';
import { History } from '../../../src/operator/admin/history.ts';
import { BridgeMetrics } from '../../../src/operator/metrics.ts';
import { silentLogger } from '../../../src/support/logger.ts';
import { failOnLeaks } from '../../support/leaks.ts';
import { FakeBridge, letterOf, serverNamed } from '../fake-bridge.ts';

failOnLeaks();

const TOKEN = 'a-token-of-the-admin';

/** A listener whose daemon speaks English. Returns a function that asks for JSON in a language. */
async function bench(t: TestContext) {
  const bridge = new FakeBridge({ servers: [serverNamed('survival')] });
  const listener = new AdminListener({
    config: { enabled: true, host: '127.0.0.1', port: 0, portGiven: true },
    token: TOKEN,
    endedSessionsFile: '/nowhere/ended-sessions',
    bridge,
    metrics: new BridgeMetrics(() => bridge.statusInTurns()),
    history: new History(() => bridge.statusInTurns()),
    pageDir: '/nowhere',
    logger: silentLogger,
    speak: speakIn('en'),
    speakers: { en: speakIn('en'), zh: speakIn('zh') },
  });
  const address = await listener.start();
  t.after(() => listener.stop());
  const ask = async (path: string, language?: string, body?: object) => {
    const response = await fetch(address + path, {
      headers: {
        Authorization: `Bearer ${TOKEN}`,
        Connection: 'close',
        'Content-Type': 'application/json',
        ...(language === undefined ? {} : { 'Accept-Language': language }),
      },
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    });
    return (await response.json()) as Record<string, unknown>;
  };
  return { bridge, ask };
}

test('the page is told the language that the config or the locale names, before anybody logs in', async (t) => {
  const { bridge, ask } = await bench(t);
  assert.deepEqual(await ask('/api/session'), { loggedIn: false });
  bridge.language = 'zh';
  assert.deepEqual(await ask('/api/session'), { loggedIn: false, language: 'zh' });
});

test('commands are answered in the language of the page, and in that of the daemon to who names none', async (t) => {
  const { ask } = await bench(t);
  const answerTo = async (language?: string) => await ask('/api/command', language, { command: 'reconnect survival' });
  assert.deepEqual(await answerTo('zh'), { ok: true, lines: ['正在重连 survival。'] });
  assert.deepEqual(await answerTo(), { ok: true, lines: ['Reconnecting survival.'] });
  const wrong = await ask('/api/command', 'zh', { command: 'reconnect nobody' });
  assert.match(String(wrong['lines']), /没有名为 "nobody" 的服务器/);
});

test('reasons of dead letters come in the language of the page, and in English to programs', async (t) => {
  const { bridge, ask } = await bench(t);
  bridge.letters.push(letterOf('survival', { reason: 'answered with 403' }));
  const reasonFor = async (language?: string) =>
    ((await ask('/api/dead', language))['letters'] as { reason: string }[]).map(({ reason }) => reason);
  assert.deepEqual(await reasonFor('zh'), ['对方应答 403']);
  assert.deepEqual(await reasonFor('en'), ['answered with 403']);
  assert.deepEqual(await reasonFor(), ['answered with 403']);
});

for (const [header, language] of [
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
  ['en-GB', 'en'],
  ['ZH', 'zh'],
  ['*', undefined],
  ['fr-FR, en;q=0.5', undefined],
  ['zhuang', undefined],
  [undefined, undefined],
] as const) {
  test(`Accept-Language ${header} asks for ${language}`, () => {
    assert.equal(askedLanguage(header === undefined ? {} : { 'accept-language': header }), language);
  });
}
