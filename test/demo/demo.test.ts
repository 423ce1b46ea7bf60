import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Demo } from '../../src/demo/demo.ts';
import type { LogFields } from '../../src/support/logger.ts';
import { startDaemon } from '../support/daemon.ts';
import { eventually } from '../support/eventually.ts';
import { failOnLeaks } from '../support/leaks.ts';

failOnLeaks();

test('the simulated servers fail in turn and come back, and get what waited for them', async (t) => {
  const tokens = { bot: 'token-of-the-bot', assistant: 'token-of-the-assistant' };
  const demo = new Demo({ tokens, pace: { chatMs: 20, calmMs: 400, outageMs: 100 } });
  const daemon = await startDaemon(t, {
    config: { access_token: tokens.bot, server_list: (await demo.listen()) as Record<string, unknown> },
  });
  t.after(() => demo.stop());
  const told: string[] = [];
  const tell = (message: string, { server }: LogFields = {}): void => void told.push(`${message}: ${String(server)}`);
  const logger = { debugEnabled: false, debug: tell, info: tell, warn: tell, error: tell, child: () => logger };
  await demo.connect(daemon.wsUrl, logger);
  await eventually(() => assert.ok(told.length >= 6), { deadlineMs: 15_000 });
  assert.deepEqual(
    told.slice(0, 6),
    ['survival', 'web', 'assistant'].flatMap((name) => [
      `a simulated server fails: ${name}`,
      `a simulated server is back: ${name}`,
    ]),
  );
  await eventually(async () => {
    const table = await daemon.command('servers', /^survival /);
    const columns = table.split(/ {2,}/);
    const [delivered, calls] = [columns[6], columns[10]];
    assert.ok(Number(delivered) > 20 && Number(calls) > 0, table);
  });
  await daemon.says(/an event is a dead letter.*server=web/);
});
