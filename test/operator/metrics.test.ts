import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BridgeMetrics } from '../../src/operator/metrics.ts';
import { botNamed, FakeBridge, serverNamed } from './fake-bridge.ts';

test('each scrape says what the bridge is like at that moment, in the names of the contract', async () => {
  const bridge = new FakeBridge();
  const metrics = new BridgeMetrics(() => bridge.statusInTurns());
  const bot = botNamed('10001', { events: 5, eventsByType: { message: 3, other: 2 }, lastEventAt: 1_700_000_000_500 });
  const survival = serverNamed('survival', [{ queuedEvents: 4, queuedBytes: 100 }]);
  const call = {
    server: 'survival',
    outcomes: { ok: 2, timed_out: 1 },
    seconds: { buckets: [{ le: 1, count: 2 }], sum: 1.5, count: 3 },
  };
  bridge.current = { ...bridge.current, bots: [bot], servers: [survival], calls: [call] };
  const lines = new Set((await metrics.text()).split('\n'));
  for (const line of [
    'qqbridge_events_total{self_id="10001",post_type="message"} 3',
    'qqbridge_events_total{self_id="10001",post_type="other"} 2',
    'qqbridge_deliveries_total{server="survival",outcome="delivered"} 12',
    'qqbridge_deliveries_total{server="survival",outcome="dead"} 1',
    '# TYPE qqbridge_delivery_seconds histogram',
    'qqbridge_delivery_seconds_bucket{le="0.5",server="survival"} 11',
    'qqbridge_delivery_seconds_bucket{le="+Inf",server="survival"} 12',
    'qqbridge_delivery_seconds_sum{server="survival"} 3.5',
    'qqbridge_delivery_seconds_count{server="survival"} 12',
    'qqbridge_queue_events{server="survival"} 4',
    'qqbridge_queue_bytes{server="survival"} 100',
    'qqbridge_dropped_total{server="survival",reason="too_old"} 2',
    'qqbridge_calls_total{server="survival",outcome="timed_out"} 1',
    'qqbridge_call_seconds_count{server="survival"} 3',
    'qqbridge_bot_online{self_id="10001"} 1',
    'qqbridge_bot_state{self_id="10001",state="online"} 1',
    'qqbridge_bot_state{self_id="10001",state="account_offline"} 0',
    'qqbridge_server_up{server="survival"} 1',
    'qqbridge_server_state{server="survival",state="up"} 1',
    'qqbridge_server_state{server="survival",state="refusing"} 0',
    'qqbridge_build_info{version="1.2.3"} 1',
  ]) {
    assert.ok(lines.has(line), line);
  }
  // The metric follows the wall clock, so it is only exact to the time between two readings of the clocks.
  const [, lastEvent] =
    /^qqbridge_last_event_timestamp_seconds\{self_id="10001"\} (\S+)$/m.exec([...lines].join('\n')) ?? [];
  assert.ok(Math.abs(Number(lastEvent) - 1_700_000_000.5) < 60, lastEvent);
  assert.match([...lines].join('\n'), /^process_resident_memory_bytes \d/m);

  bridge.current = { ...bridge.current, bots: [{ ...bot, state: 'away', online: false }], servers: [], calls: [] };
  const later = await metrics.text();
  assert.match(later, /^qqbridge_bot_online\{self_id="10001"\} 0$/m);
  assert.doesNotMatch(later, /survival/);
});

test('server_up is 1 for a server that takes what it is sent, and is not there for one that is idle or disabled', async () => {
  const bridge = new FakeBridge();
  const metrics = new BridgeMetrics(() => bridge.statusInTurns());
  const servers = [
    ['up', 'up'],
    ['slow', 'slow'],
    ['refusing', 'refusing'],
    ['unreachable', 'unreachable'],
    ['idle', 'idle'],
    ['disabled', 'idle'],
    ['paused', 'up'],
    ['paused', 'unreachable'],
    ['paused', 'idle'],
  ] as const;
  bridge.current = {
    ...bridge.current,
    servers: servers.map(([state, linkState]) => ({ ...serverNamed(`${state}/${linkState}`), state, linkState })),
  };
  const lines = (await metrics.text()).split('\n').filter((line) => line.startsWith('qqbridge_server_up{'));
  assert.deepEqual(lines, [
    'qqbridge_server_up{server="up/up"} 1',
    'qqbridge_server_up{server="slow/slow"} 0',
    'qqbridge_server_up{server="refusing/refusing"} 0',
    'qqbridge_server_up{server="unreachable/unreachable"} 0',
    'qqbridge_server_up{server="paused/up"} 1',
    'qqbridge_server_up{server="paused/unreachable"} 0',
  ]);
});
