import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FakeBridge, letterOf, serverNamed } from './fake-bridge.ts';
import { linesOf } from './run.ts';

function bridgeWithLetters(): FakeBridge {
  const bridge = new FakeBridge({ servers: [serverNamed('survival'), serverNamed('lobby')] });
  const { status: _, ...unanswered } = letterOf('removed', { reason: 'refused\u001b[2J', event: 'notice/poke' });
  bridge.letters.push(letterOf('survival', { byteLength: 200 }), letterOf('survival', { status: 400 }), unanswered);
  return bridge;
}

test('dead lists the dead letters of all servers, also of one that is gone', async () => {
  assert.deepEqual(await linesOf('dead', bridgeWithLetters()), [
    'TIME                 EVENT          SERVER    BOT    STATUS  BYTES    REASON',
    '2024-05-06 12:00:07  message/group  survival  10001  403     200 B    answered with 403',
    '2024-05-06 12:00:07  message/group  survival  10001  400     1.5 KiB  answered with 403',
    '2024-05-06 12:00:07  notice/poke    removed   10001          1.5 KiB  refused\\u001b[2J',
    '3 dead letters, 3.2 KiB. Send them again with: dead retry NAME',
  ]);
});

test('dead lists those of one server', async () => {
  const bridge = bridgeWithLetters();
  assert.equal((await linesOf('dead survival', bridge)).length, 4);
  assert.match((await linesOf('dead Removed', bridge)).at(-1) ?? '', /^1 dead letter, 1\.5 KiB\./);
  assert.deepEqual(await linesOf('dead lobby', bridge), ['There are no dead letters of lobby.']);
  assert.deepEqual(await linesOf('dead'), ['There are no dead letters.']);
});

test('of very many the newest are listed, and all are counted', async () => {
  const bridge = new FakeBridge({ servers: [serverNamed('survival')] });
  for (let n = 0; n < 1_000; n += 1) bridge.letters.push(letterOf('survival', { status: n }));
  const lines = await linesOf('dead', bridge);
  assert.equal(lines.length, 102);
  assert.match(lines.at(-2) ?? '', / 999 /);
  assert.match(lines.at(-1) ?? '', /^1000 dead letters, 1\.5 MiB; the newest 100 are shown\./);
});

test('dead retry sends those of a server again, and says how many', async () => {
  const bridge = bridgeWithLetters();
  assert.deepEqual(await linesOf('dead retry survival', bridge), ['2 dead letters of survival will be sent again.']);
  assert.deepEqual(await linesOf('Dead  Retry "survival"', bridge), ['There are no dead letters of survival.']);
  assert.deepEqual(bridge.told, ['retry dead survival', 'retry dead survival']);
});

test('dead drop throws them away, also of a server that is gone', async () => {
  const bridge = bridgeWithLetters();
  assert.deepEqual(await linesOf('dead drop removed', bridge), ['1 dead letter of removed thrown away.']);
  assert.deepEqual(await linesOf('dead drop lobby', bridge), ['There are no dead letters of lobby.']);
  assert.equal(bridge.letters.length, 2);
});

test('a server may have the name of a subcommand', async () => {
  const bridge = new FakeBridge({ servers: [serverNamed('retry'), serverNamed('drop it')] });
  bridge.letters.push(letterOf('retry'), letterOf('drop it'));
  assert.equal((await linesOf('dead "retry"', bridge)).length, 3);
  assert.equal((await linesOf("dead 'drop it'", bridge)).length, 3);
  await linesOf('dead retry retry', bridge);
  await linesOf('dead drop drop it', bridge);
  assert.deepEqual(bridge.told, ['retry dead retry', 'drop dead drop it']);
});
