import { application, bridge, check, until } from '../harness.mjs';
import { SimulatedBot } from '../simulated-bot.mjs';

export const title = 'applications that refuse the bridge, and what the bridge says of it';

export async function run(scope) {
  await wrongToken(scope);
  await secondBot(scope);
}

/** Shiro accepts every handshake, and closes with 1000 where the token is wrong. */
async function wrongToken(scope) {
  const app = await application(scope, 'shiro', { name: 'shiro', 'shiro.ws.access-token': 'right' });
  const entry = { port: app.port, path: '/ws/shiro' };
  const daemon = await bridge(scope, { server_list: { shiro: { ...entry, access_token: 'wrong' } } });
  const bot = new SimulatedBot('10001');
  await bot.connect(scope, `ws://127.0.0.1:${daemon.port}/`);
  const servers = await shown(daemon, (text) => /refusing/.test(text) && /access_token/.test(text));
  check('Shiro with a wrong token: `servers` says refusing, and what to look at', /refusing/.test(servers), servers);

  await daemon.reload({ server_list: { shiro: { ...entry, access_token: 'right' } } });
  const isTold = await until(() => isAnswered(bot, app));
  check('with the right one it answers', isTold, await daemon.ctl('servers'));
}

/** melobot accepts one connection only, and answers 403 to the second bot's. */
async function secondBot(scope) {
  const app = await application(scope, 'frameworks/melobot_app.py', { name: 'melobot' });
  const entry = { port: app.port };
  const daemon = await bridge(scope, { server_list: { melobot: entry } });
  const bots = ['10001', '10002'].map((selfId) => new SimulatedBot(selfId));
  for (const bot of bots) await bot.connect(scope, `ws://127.0.0.1:${daemon.port}/`);
  const hint = () => daemon.noise.find((line) => line.includes('403') && line.includes('bots: ['));
  await until(async () => hint() !== undefined || /bots: \[/.test(await daemon.ctl('servers')), 30_000);
  const said = hint() ?? (await daemon.ctl('servers'));
  check('melobot with a second bot: the bridge names the setting that helps', said.includes('bots: ['), said);

  await daemon.reload({ server_list: { melobot: { ...entry, bots: [10001] } } });
  const isTold = await until(() => isAnswered(bots[0], app));
  const servers = await shown(daemon, (text) => /\bup\b/.test(text));
  check('with `bots: [10001]` it answers the one, and nothing is refused', isTold && /\bup\b/.test(servers), servers);
}

/** Sends a message, and returns whether the application has read the id of its answer. */
function isAnswered(bot, app) {
  bot.say('ping');
  return app.of('told').length > 0;
}

/** The output of `servers` when it is as wanted, or at the deadline. */
async function shown(daemon, isWanted) {
  let text = '';
  await until(async () => {
    text = await daemon.ctl('servers');
    return isWanted(text);
  });
  return text;
}
