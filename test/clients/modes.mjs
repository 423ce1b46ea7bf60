// Each way in which a real framework is a server of the bridge, and what it has to bear there.
import { application, bridge, freePort } from './harness.mjs';
import { endures } from './pings.mjs';
import { SimulatedBot } from './simulated-bot.mjs';

const TOKEN = 'token-of-this-application';
const SECRET = 'secret-of-this-application';
const SELF_ID = '10001';

/**
 * By its name: the script and its options, and its entry of `server_list`, both given the port of the bridge and the entry
 * that of the application as well.
 */
const APPLICATIONS = {
  'aiocqhttp-reverse': {
    script: 'aiocqhttp_app.py',
    args: () => ({ token: TOKEN }),
    entry: (port) => ({ port, access_token: TOKEN }),
  },
  'aiocqhttp-posted': {
    script: 'aiocqhttp_app.py',
    args: (bridgePort) => ({ token: TOKEN, secret: SECRET, 'api-root': `http://127.0.0.1:${bridgePort}` }),
    entry: (port) => ({ protocol: 'http', port, access_token: TOKEN, secret: SECRET }),
  },
  // QQAPI in HTTP mode with the settings that it comes with: no token anywhere.
  'qqapi-posted': {
    script: 'aiocqhttp_app.py',
    args: (bridgePort) => ({ 'api-root': `http://127.0.0.1:${bridgePort}` }),
    entry: (port) => ({ protocol: 'http', port }),
    isOpen: true,
  },
  'nonebot-reverse': {
    script: 'nonebot_app.py',
    args: () => ({ token: TOKEN }),
    entry: (port) => ({ port, path: '/onebot/v11/ws', access_token: TOKEN }),
  },
  'nonebot-forward': {
    script: 'nonebot_app.py',
    args: (bridgePort) => ({ token: TOKEN, url: `ws://127.0.0.1:${bridgePort}/?self_id=${SELF_ID}` }),
    entry: () => ({ protocol: 'listen', access_token: TOKEN }),
  },
  'nonebot-posted': {
    script: 'nonebot_app.py',
    args: (bridgePort) => ({ token: TOKEN, secret: SECRET, api: `http://127.0.0.1:${bridgePort}/` }),
    entry: (port) => ({ protocol: 'http', port, path: '/onebot/v11/http', access_token: TOKEN, secret: SECRET }),
  },
  'koishi-reverse': {
    script: 'koishi-app.mjs',
    args: () => ({ self_id: SELF_ID }),
    entry: (port) => ({ port, path: '/onebot' }),
  },
  'koishi-forward': {
    script: 'koishi-app.mjs',
    args: (bridgePort) => ({ self_id: SELF_ID, token: TOKEN, url: `ws://127.0.0.1:${bridgePort}/?self_id=${SELF_ID}` }),
    entry: () => ({ protocol: 'listen', access_token: TOKEN }),
    // The adapter 6.9.4 takes its bot off line when the link closes, and then gives up dialling.
    staysLost: true,
  },
  'koishi-posted': {
    script: 'koishi-app.mjs',
    args: (bridgePort) => ({ self_id: SELF_ID, token: TOKEN, api: `http://127.0.0.1:${bridgePort}` }),
    entry: (port) => ({ protocol: 'http', port, path: '/onebot', access_token: TOKEN }),
  },
  'napcat-ts-forward': {
    script: 'napcat-app.mjs',
    args: (bridgePort) => ({ token: TOKEN, url: `ws://127.0.0.1:${bridgePort}/` }),
    entry: () => ({ protocol: 'listen', access_token: TOKEN }),
  },
};

/** Several applications behind one bot, or a bot of another kind. */
const COMPANIES = {
  'split-bot': { names: ['aiocqhttp-reverse'], roles: ['API', 'Event'] },
  'three-at-once': { names: ['nonebot-reverse', 'koishi-reverse', 'napcat-ts-forward'] },
};

export const modes = Object.fromEntries(
  [...Object.keys(APPLICATIONS).map((name) => [name, { names: [name] }]), ...Object.entries(COMPANIES)].map(
    ([mode, company]) => [mode, { title: titleOf(mode, company), run: (scope) => run(scope, company) }],
  ),
);

function titleOf(mode, { names, roles }) {
  const bot = roles === undefined ? '' : `, the bot on ${roles.join(' and ')} sockets`;
  return `${mode === names[0] ? mode : `${mode}: ${names.join(', ')}`}${bot}`;
}

async function run(scope, { names, roles }) {
  const bridgePort = await freePort();
  const apps = await Promise.all(
    names.map((name) => {
      const { script, args } = APPLICATIONS[name];
      return application(scope, script, { name, ...args(bridgePort) });
    }),
  );
  const servers = apps.map(({ name, port }) => [name, APPLICATIONS[name].entry(port)]);
  const isOpen = names.every((name) => APPLICATIONS[name].isOpen === true);
  const access = isOpen ? {} : { access_token: 'token-of-the-bots' };
  const daemon = await bridge(scope, { port: bridgePort, ...access, server_list: Object.fromEntries(servers) });
  const bot = new SimulatedBot(SELF_ID, { roles, token: access.access_token });
  await bot.connect(scope, `ws://127.0.0.1:${bridgePort}/`);
  const isLost = names.some((name) => APPLICATIONS[name].staysLost === true);
  await endures({ bot, apps, daemon: isLost ? undefined : daemon });
}
