import { application, bridge, check, until } from '../harness.mjs';
import { SimulatedBot } from '../simulated-bot.mjs';

export const title = 'two entries of one address, an application that uses aiocqhttp as QQAPI does';

export async function run(scope) {
  const app = await application(scope, 'qqapi_app.py', { name: 'survival' });
  const entry = { port: app.port };
  const daemon = await bridge(scope, { server_list: { survival: entry, 生存服: entry } });
  const bot = new SimulatedBot('10001');
  await bot.connect(scope, `ws://127.0.0.1:${daemon.port}/`);
  await until(() => bot.say('are you there') && new Set(app.of('event').map(({ server }) => server)).size === 2);
  check(
    'the application hears the bot twice, and the log warns of it',
    daemon.noise.some((line) => line.includes('survival') && line.includes('生存服')),
    daemon.noise.filter((line) => line.includes('生存服')).join(' '),
  );

  // aiocqhttp forgets the bot when either link closes. The other link would then get no calls.
  await daemon.reload({ server_list: { survival: entry } });
  let id = 0;
  const text = () => `pong survival ${id}`;
  const answered = await until(() => {
    if (app.of('told').some((told) => told.text === text())) return true;
    if (app.of('event').some((seen) => seen.message_id === id) || id === 0) id = bot.say('ping');
    return false;
  }, 30_000);
  check('without one of the two it answers again, and is told the id of its message', answered, text());
  const last = bot.say('ping');
  await until(() => app.of('told').some((told) => told.text === `pong survival ${last}`), 20_000);
  const pongs = bot.sent.filter((sent) => sent.text === `pong survival ${last}`).length;
  check('and each message reaches it once', pongs === 1, `${pongs} pongs`);
}
