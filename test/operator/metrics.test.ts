import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BridgeMetrics } from '../../src/operator/metrics.ts';
import { FakeBridge, serverNamed } from './fake-bridge.ts';

test('each scrape says what the bridge is like at that moment, in the names of the contract', async () => {
  const bridge = new FakeBridge();
  const metrics = new BridgeMetrics(() => bridge.status());
  const bot = {
    selfId: '10001',
    online: true,
    takesCalls: true,
    events: 5,
    eventsByType: { message: 3, other: 2 },
    sessions: [],
  };
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
    'qqbridge_server_up{server="survival"} 1',
  ]) {
    assert.ok(lines.has(line), line);
  }
  assert.match([...lines].join('\n'), /^process_resident_memory_bytes \d/m);

  bridge.current = { ...bridge.current, bots: [{ ...bot, online: false }], servers: [], calls: [] };
  const later = await metrics.text();
  assert.match(later, /^qqbridge_bot_online\{self_id="10001"\} 0$/m);
  assert.doesNotMatch(later, /survival/);
});
