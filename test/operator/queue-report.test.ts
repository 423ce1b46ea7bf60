import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sizeText } from '../../src/operator/quantity-text.ts';
import { FakeBridge, serverNamed } from './fake-bridge.ts';
import { linesOf } from './run.ts';

test('queue shows a line per link: what waits, since when and why, and what was dropped', async () => {
  const now = Date.now();
  const standing = { state: 'unreachable', since: now, cause: 'connection refused' } as const;
  const broken = { state: 'waiting', standing, nextTryAt: now + 2_900 } as const;
  const backlog = { queuedEvents: 14, queuedBytes: 3_500_000, oldestAt: now - 182_500 };
  const survival = serverNamed('生存服', [
    { selfId: '10001', queuedEvents: 1, queuedBytes: 300, oldestAt: now - 500 },
    { selfId: '10002', ...broken, ...backlog },
  ]);
  const http = { ...serverNamed('web', [{ inFlight: 8 }]), protocol: 'http', state: 'paused', paused: true } as const;
  const dropped = { tooOld: 0, overflow: 0, unreadable: 0, dead: 0 };
  const bridge = new FakeBridge({
    servers: [
      survival,
      { ...http, counts: { ...http.counts, dropped } },
      { ...serverNamed('off'), state: 'disabled', enabled: false },
      { ...serverNamed('new'), cause: 'no bot has come yet' },
    ],
  });
  assert.deepEqual(await linesOf('queue', bridge), [
    'SERVER  BOT    STATE        WAITING  BYTES    OLDEST     IN FLIGHT  DROPPED',
    '生存服  10001  up           1        300 B    0 s        0          2 too old, 1 dead',
    '        10002  unreachable  14       3.3 MiB  3 min 2 s  0                             connection refused; next try in 2 s',
    'web     all    paused, up   0                            8          0',
    'off            disabled     0                                       2 too old, 1 dead',
    'new            idle         0                                       2 too old, 1 dead  no bot has come yet',
    'In all: 15 events, 3.3 MiB, the oldest from 3 min 2 s ago. Event log: durable.',
  ]);
});

test('queue says that no server is configured', async () => {
  assert.deepEqual(await linesOf('queue'), ['No server is configured: add one to server_list.']);
});

test('what a peer puts into an error cannot end a line', async () => {
  const bridge = new FakeBridge({
    servers: [serverNamed('a', [{ standing: { state: 'unreachable', since: 0, cause: 'x\n\u001b[2J' } }])],
  });
  assert.match((await linesOf('queue', bridge)).join('|'), /x\\n\\u001b\[2J/);
});

test('sizes are shown in the unit that keeps them short', () => {
  assert.deepEqual(
    [0, 1, 1_023, 1_024, 1_536, 1_048_523, 1_048_570, 1_048_576, 64 * 2 ** 20, 2 ** 30, 2 ** 50].map(sizeText),
    [
      '0 B',
      '1 B',
      '1023 B',
      '1.0 KiB',
      '1.5 KiB',
      '1023.9 KiB',
      '1.0 MiB',
      '1.0 MiB',
      '64.0 MiB',
      '1.0 GiB',
      '1024.0 TiB',
    ],
  );
});
