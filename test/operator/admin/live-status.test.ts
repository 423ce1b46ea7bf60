import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LiveStatuses } from '../../../src/operator/admin/live-status.ts';
import type { LinkStatus } from '../../../src/servers/types.ts';
import { FakeBridge, serverNamed } from '../fake-bridge.ts';

function link(selfId: number, state: 'up' | 'refusing'): LinkStatus {
  const standing = { state, since: 0 } as const;
  return { selfId: `${selfId}`, state: 'up', since: 0, standing, queuedEvents: 1, queuedBytes: 9, inFlight: 0 };
}

test('of many links those in trouble are shown, a thousand in all, and what waits counts on all', async () => {
  const links = Array.from({ length: 50 }, (_, at) => link(at, at === 40 ? 'refusing' : 'up'));
  const servers = Array.from({ length: 100 }, (_, at) => ({ ...serverNamed(`s${at}`), links }));
  const { servers: shown } = await new LiveStatuses(new FakeBridge({ servers })).take(0);
  const [first] = shown;
  assert.deepEqual([first?.links.length, first?.hiddenLinks, first?.waitingEvents], [10, 40, 50]);
  assert.equal(first?.links[0]?.selfId, '40');
});

test('of few links all are shown, as they stand', async () => {
  const links = Array.from({ length: 50 }, (_, at) => link(at, 'up'));
  const { servers } = await new LiveStatuses(new FakeBridge({ servers: [{ ...serverNamed('s'), links }] })).take(0);
  assert.deepEqual([servers[0]?.links.length, servers[0]?.hiddenLinks], [50, 0]);
});
