// Every way in which a real framework is a server of the bridge, every kind of bot with it, and the tests that each
// combination has to pass.
import { APPLICATIONS, SELF_ID } from './applications.mjs';
import { application, bridge, freePort } from './harness.mjs';
import { endures } from './pings.mjs';
import { ProgramBot } from './program-bot.mjs';
import { SimulatedBot } from './simulated-bot.mjs';

const BOT_TOKEN = 'token-of-the-bots';
const BOT_SECRET = 'secret of the bots';
const API_TOKEN = 'token-of-its-api';

/**
 * Several applications with one bot, or a bot of another kind. The bot is simulated (`roles`, and other options in
 * `simulated`) or a program (`bot`, with options that are made from the address of the bridge; `config` is the bridge's
 * config for it). `isShort`: leaves out the additional tests of the applications.
 */
const COMPANIES = {
  'split-bot': { names: ['aiocqhttp-reverse'], roles: ['API', 'Event'] },
  'three-at-once': { names: ['nonebot-reverse', 'koishi-reverse', 'napcat-ts-forward'] },
  // onebots names the account of its config in its headers, and the platform's account in its events. Its token is in
  // the address.
  'onebots-reverse': {
    names: ['aiocqhttp-reverse'],
    simulated: { selfId: '36713946586', claimed: '10003', isTokenInQuery: true },
  },
  'cqhttp-reverse': {
    names: ['aiocqhttp-reverse'],
    bot: { script: 'cqhttp', args: (url) => ({ mode: 'reverse', url: `ws://${url}/`, token: BOT_TOKEN }) },
    config: () => ({ access_token: BOT_TOKEN }),
  },
  // go-cqhttp reports messages as text, and AliceBot reads segments.
  'cqhttp-alicebot': {
    names: ['alicebot-reverse'],
    bot: { script: 'cqhttp', args: (url) => ({ mode: 'reverse', url: `ws://${url}/`, token: BOT_TOKEN }) },
    config: () => ({ access_token: BOT_TOKEN }),
    isShort: true,
  },
  'cqhttp-split': {
    names: ['aiocqhttp-reverse'],
    bot: { script: 'cqhttp', args: (url) => ({ mode: 'split', url: `ws://${url}/`, token: BOT_TOKEN }) },
    config: () => ({ access_token: BOT_TOKEN }),
  },
  'cqhttp-forward': {
    names: ['aiocqhttp-reverse'],
    bot: { script: 'cqhttp', args: () => ({ mode: 'forward', token: API_TOKEN }) },
    config: (port) => ({ bots: { cqhttp: { url: `ws://127.0.0.1:${port}`, access_token: API_TOKEN } } }),
  },
  'cqhttp-http': {
    names: ['aiocqhttp-reverse'],
    bot: {
      script: 'cqhttp',
      args: (url) => ({ mode: 'http', url: `http://${url}/`, secret: BOT_SECRET, token: API_TOKEN }),
    },
    config: (port) => ({
      secret: BOT_SECRET,
      bots: { cqhttp: { api_url: `http://127.0.0.1:${port}`, access_token: API_TOKEN } },
    }),
  },
};

export const modes = Object.fromEntries(
  [...Object.keys(APPLICATIONS).map((name) => [name, { names: [name] }]), ...Object.entries(COMPANIES)].map(
    ([mode, company]) => [mode, { title: titleOf(mode, company), run: (scope) => run(scope, company) }],
  ),
);

function titleOf(mode, { names, roles, simulated, bot }) {
  const besides = roles === undefined ? '' : `, the bot on ${roles.join(' and ')} sockets`;
  const odd =
    simulated === undefined ? '' : `, the bot's headers naming ${simulated.claimed}, its events ${simulated.selfId}`;
  const behind = bot === undefined ? odd : ', the bot a program of its own';
  return `${mode === names[0] ? mode : `${mode}: ${names.join(', ')}`}${besides}${behind}`;
}

async function run(scope, company) {
  const { names } = company;
  const bridgePort = await freePort();
  const apps = await Promise.all(
    names.map((name) => {
      const { script, args, keepsRunning } = APPLICATIONS[name];
      return application(scope, script, { name, keepsRunning, ...args(bridgePort) });
    }),
  );
  const servers = apps.map(({ name, port }) => [name, APPLICATIONS[name].entry(port)]);
  for (const [index, [name, { protocol }]] of servers.entries()) {
    const { readsNoAnswers = false, showsNoServer = false, handlesAtOnce = false } = APPLICATIONS[name];
    // POSTs start in order, but may overtake each other.
    Object.assign(apps[index], { isOrdered: protocol !== 'http' && !handlesAtOnce, readsNoAnswers, showsNoServer });
  }
  const { bot, daemon } = await together(scope, { ...company, bridgePort, server_list: Object.fromEntries(servers) });
  const isLost = names.some((name) => APPLICATIONS[name].staysLost === true);
  await endures({ bot, apps, daemon: isLost ? undefined : daemon });
  if (company.isShort) return;
  for (const app of apps) await APPLICATIONS[app.name].after?.({ scope, bot, app, daemon });
}

/** Starts the bridge and the bot. */
async function together(scope, { names, roles, simulated, bot: program, config, bridgePort: port, server_list }) {
  if (program !== undefined) {
    const bot = await ProgramBot.start(scope, program.script, {
      self_id: SELF_ID,
      ...program.args(`127.0.0.1:${port}`),
    });
    return { bot, daemon: await bridge(scope, { port, server_list, ...config(bot.port) }) };
  }
  const isOpen = names.every((name) => APPLICATIONS[name].isOpen === true);
  const access = isOpen ? {} : { access_token: BOT_TOKEN };
  const daemon = await bridge(scope, { port, server_list, ...access });
  const { selfId = SELF_ID, ...odd } = simulated ?? {};
  const bot = new SimulatedBot(selfId, { roles, token: access.access_token, ...odd });
  await bot.connect(scope, `ws://127.0.0.1:${port}/`);
  return { bot, daemon };
}
