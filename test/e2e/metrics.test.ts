import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDaemon } from '../support/daemon.ts';
import { groupMessage, notice } from '../support/events.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN, eventuallyThere } from '../support/operate.ts';

failOnLeaks();

test('metrics say what happened', async (t) => {
  const web = await FakeWebSocketServer.start(t);
  const hook = await FakeHttpServer.start(t);
  hook.reply = ({ body }) => ({ status: body.includes('"message"') ? 403 : 204 });
  const servers = {
    web: { port: web.port, actions: { deny: ['set_*'] } },
    hook: { protocol: 'http', port: hook.port },
    away: { port: 1 },
  };
  const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: servers } });
  const bot = await daemon.connectBot(t);
  const link = await web.nextLink();
  await link.frames.take();
  for (const event of [groupMessage(), notice(), '{"self_id":10001,"post_type":"made_up"}']) bot.send(event);
  await link.call('get_status', {}, '1');
  await link.call('set_restart', {}, '2');

  await eventuallyThere(async () => {
    const response = await fetch(`${daemon.adminUrl}/metrics`, { headers: { Authorization: `Bearer ${ADMIN.token}` } });
    const lines = new Set((await response.text()).split('\n'));
    for (const line of [
      'qqbridge_events_total{self_id="10001",post_type="message"} 1',
      'qqbridge_events_total{self_id="10001",post_type="notice"} 1',
      'qqbridge_events_total{self_id="10001",post_type="other"} 1',
      'qqbridge_deliveries_total{server="web",outcome="delivered"} 3',
      'qqbridge_deliveries_total{server="hook",outcome="dead"} 1',
      'qqbridge_delivery_seconds_count{server="web"} 3',
      'qqbridge_queue_events{server="away"} 3',
      'qqbridge_dropped_total{server="hook",reason="dead_letter"} 1',
      'qqbridge_calls_total{server="web",outcome="ok"} 1',
      'qqbridge_calls_total{server="web",outcome="denied"} 1',
      'qqbridge_call_seconds_count{server="web"} 2',
      'qqbridge_bot_online{self_id="10001"} 1',
      'qqbridge_server_up{server="web"} 1',
      'qqbridge_server_up{server="away"} 0',
    ]) {
      assert.ok(lines.has(line), line);
    }
  });
});
