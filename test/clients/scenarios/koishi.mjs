import { application, bridge, check, until } from '../harness.mjs';
import { pings, tags } from '../pings.mjs';
import { SimulatedBot } from '../simulated-bot.mjs';

export const title = 'koishi (reverse WebSocket on /onebot) beside aiocqhttp';

export async function run(scope) {
  const koishi = await application(scope, 'koishi-app.mjs', { name: 'koishi', self_id: '10001' });
  const aiocqhttp = await application(scope, 'aiocqhttp_app.py', { name: 'lobby' });
  const apps = [koishi, aiocqhttp];
  const { port } = await bridge(scope, {
    server_list: {
      koishi: { protocol: 'websocket', host: '127.0.0.1', port: koishi.port, path: '/onebot' },
      lobby: { protocol: 'websocket', host: '127.0.0.1', port: aiocqhttp.port },
    },
  });
  const bot = new SimulatedBot('10001');
  await bot.connect(scope, `ws://127.0.0.1:${port}/`);
  await until(() => {
    bot.say('are you there');
    return apps.every((app) => app.of('event').length > 0);
  });
  check('koishi logs in over its link', bot.actions.get('get_login_info') > 0, JSON.stringify([...bot.actions]));

  await pings(bot, apps, 200);
  tags(apps);
}
