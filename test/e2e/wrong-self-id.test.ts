import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDaemon } from '../support/daemon.ts';
import { groupMessage, tagged } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN } from '../support/operate.ts';
import { reportByHttp } from '../support/report-by-http.ts';

failOnLeaks();

/** The id in the headers, as onebots sends it from its config. Its events have another account. */
const HEADER = '10003';
const ACCOUNT = '36713946586';

test('a bot whose X-Self-ID names another account than its events is the one in its events', async (t) => {
  const web = await FakeWebSocketServer.start(t);
  const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { web: { port: web.port } } } });
  const call = async (action: string): Promise<number> => {
    const answer = await reportByHttp({ url: `${daemon.httpUrl}/${action}`, selfId: null, body: '{}' });
    return JSON.parse(answer.body).retcode;
  };
  const bots = async (): Promise<string[]> => {
    const status = await fetch(`${daemon.adminUrl}/api/status`, {
      headers: { Authorization: `Bearer ${ADMIN.token}` },
    });
    return ((await status.json()) as { bots: { selfId: string }[] }).bots.map(({ selfId }) => selfId);
  };

  await t.test('its link to the server is that of the account, nobody is known by the header', async () => {
    const bot = await daemon.connectBot(t, { selfId: HEADER });
    const wrong = await web.nextLink(HEADER);
    const event = groupMessage({ selfId: ACCOUNT });
    bot.send(event);
    const link = await web.nextLink(ACCOUNT);
    assert.equal(await link.nextEvent(), tagged(event, 'web'));
    await wrong.closed();
    assert.deepEqual(await bots(), [ACCOUNT]);
    await daemon.says(/X-Self-ID of a bot is not the account in its events.*bot=36713946586 header=10003/);
    assert.equal(await call('get_status'), 0);
    assert.equal((await bot.calls.take()).action, 'get_status');
    bot.send(groupMessage({ selfId: HEADER }));
    await daemon.says(/an event of another bot is dropped.*bot=36713946586.*named=10003/);
    await bot.close();
  });

  await t.test('when it comes again it is known at once, and nobody is dialled for the header', async () => {
    const before = web.upgrades.all.length;
    const bot = await daemon.connectBot(t, { selfId: HEADER });
    assert.equal(await call('get_status'), 0);
    assert.deepEqual(await bots(), [ACCOUNT]);
    assert.ok(web.upgrades.all.slice(before).every(({ headers }) => headers['x-self-id'] === ACCOUNT));
    await bot.close();
  });

  await t.test('its API connection goes along, whichever of the two came first', async () => {
    const event = await daemon.connectBot(t, { selfId: '10004', role: 'Event' });
    const first = await daemon.connectBot(t, { selfId: '10004', role: 'API' });
    event.send(groupMessage({ selfId: '44' }));
    await web.nextLink('44');
    const ask = async (): Promise<number> => {
      const answer = await reportByHttp({ url: `${daemon.httpUrl}/get_x?self_id=44`, selfId: null, body: '{}' });
      return JSON.parse(answer.body).retcode;
    };
    await eventually(async () => assert.equal(await ask(), 0));
    assert.equal((await first.calls.take()).action, 'get_x');
    await first.close();
    const second = await daemon.connectBot(t, { selfId: '10004', role: 'API' });
    await eventually(async () => assert.equal(await ask(), 0));
    assert.equal((await second.calls.take()).action, 'get_x');
    assert.ok(!(await bots()).includes('10004'));
  });

  await t.test('a bot that really has that account is itself', async () => {
    const bot = await daemon.connectBot(t, { selfId: HEADER });
    bot.send(groupMessage({ selfId: HEADER }));
    await eventually(async () => assert.ok((await bots()).includes(HEADER)));
    await bot.close();
    const again = await daemon.connectBot(t, { selfId: HEADER });
    await eventually(async () => assert.equal(await call('get_status?self_id=10003'), 0));
    assert.equal((await again.calls.take()).action, 'get_status');
  });
});
