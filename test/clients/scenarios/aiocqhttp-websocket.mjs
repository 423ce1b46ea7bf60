import { application, bridge, check, until } from '../harness.mjs';
import { pings, tags } from '../pings.mjs';
import { SimulatedBot } from '../simulated-bot.mjs';

export const title = 'three aiocqhttp applications as WebSocket servers';

export async function run(scope) {
  const apps = await Promise.all(
    ['lobby', 'survival', 'creative'].map((name) => application(scope, 'aiocqhttp_app.py', { name })),
  );
  const servers = apps.map(({ name, port }) => [name, { host: '127.0.0.1', port }]);
  const { port } = await bridge(scope, { websocket: true, server_list: Object.fromEntries(servers) });
  const bot = new SimulatedBot('10001');
  await bot.connect(scope, `ws://127.0.0.1:${port}/`);
  await until(() => linked(bot, apps));

  await pings(bot, apps, 200);
  tags(apps);

  const id = bot.say('quick');
  await until(() => bot.quick.length >= apps.length);
  const replies = bot.quick.map(({ text }) => text).sort();
  check(
    'a quick operation of each reaches the bot, by its own call',
    JSON.stringify(replies) === JSON.stringify(apps.map((app) => `quick ${app.name} ${id}`).sort()),
    replies.join(', '),
  );
}

/** Whether every application has got an event of the bot: until all links are up, events may pass some of them by. */
function linked(bot, apps) {
  bot.say('are you there');
  return apps.every((app) => app.of('event').length > 0);
}
