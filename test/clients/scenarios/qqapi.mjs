import { application, bridge, until } from '../harness.mjs';
import { pings, tags } from '../pings.mjs';
import { SimulatedBot } from '../simulated-bot.mjs';

export const title =
  'three applications that use aiocqhttp as the QQAPI plugin does (uvicorn in a thread, calls without self_id)';

export async function run(scope) {
  const apps = await Promise.all(
    ['lobby', 'survival', 'creative'].map((name) => application(scope, 'qqapi_app.py', { name })),
  );
  const servers = apps.map(({ name, port }) => [name, { host: '127.0.0.1', port }]);
  const { port } = await bridge(scope, { websocket: true, server_list: Object.fromEntries(servers) });
  const bot = new SimulatedBot('10001');
  await bot.connect(scope, `ws://127.0.0.1:${port}/`);
  await until(() => {
    bot.say('are you there');
    return apps.every((app) => app.of('event').length > 0);
  });

  await pings(bot, apps, 200);
  tags(apps);
}
