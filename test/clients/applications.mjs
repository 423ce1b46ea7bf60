// The applications of these tests, in each of their modes.
import { outgrows } from './outgrows.mjs';

const MIB = 1024 * 1024;

const TOKEN = 'token-of-this-application';
const SECRET = 'secret-of-this-application';
export const SELF_ID = '10001';

/**
 * The applications by name. Each has its program (programs.mjs) with its options, made from the port of the bridge, and
 * its entry of `server_list`, made from the port of the application.
 *
 * - `after`: one more test for the application.
 * - `staysLost`: it does not come back when the bridge restarts.
 * - `isOpen`: it has no token, so the bots have none either.
 * - `keepsRunning`: it ends when it loses the bridge, and is started again.
 * - `readsNoAnswers`: it does not read the answers to its calls.
 * - `showsNoServer`: its framework hides unknown members of an event.
 * - `handlesAtOnce`: it handles its events in several threads.
 */
export const APPLICATIONS = {
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
  // QQAPI in HTTP mode with its default settings: no token anywhere.
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
    // The adapter 6.9.4 takes its bot offline when the link closes, and then never dials again.
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
  // The bridge dials ZeroBot. ZeroBot learns the account from the first frame.
  'zerobot-reverse': {
    script: 'zerobot',
    args: () => ({ mode: 'server', token: TOKEN }),
    entry: (port) => ({ port, access_token: TOKEN }),
  },
  // ZeroBot dials with `X-Client-Role: Universal`, as a bot would, and without `X-Self-ID`.
  'zerobot-forward': {
    script: 'zerobot',
    args: (bridgePort) => ({ mode: 'client', token: TOKEN, url: `ws://127.0.0.1:${bridgePort}` }),
    entry: () => ({ protocol: 'listen', access_token: TOKEN }),
  },
  // ZeroBot's first call has the body `null` and no Content-Type. Its AccessToken is the key of the signatures.
  'zerobot-posted': {
    script: 'zerobot',
    args: (bridgePort) => ({
      mode: 'http',
      token: SECRET,
      url: `http://127.0.0.1:${bridgePort}`,
      api_token: TOKEN,
    }),
    entry: (port) => ({ protocol: 'http', port, access_token: TOKEN, secret: SECRET }),
  },
  'melobot-reverse': {
    script: 'frameworks/melobot_app.py',
    args: () => ({ token: TOKEN }),
    entry: (port) => ({ port, access_token: TOKEN }),
    after: outgrows(MIB),
  },
  'melobot-forward': {
    script: 'frameworks/melobot_app.py',
    args: (bridgePort) => ({ token: TOKEN, url: `ws://127.0.0.1:${bridgePort}/` }),
    entry: () => ({ protocol: 'listen', access_token: TOKEN }),
    after: outgrows(MIB),
  },
  'alicebot-reverse': {
    script: 'frameworks/alicebot_app.py',
    args: () => ({}),
    entry: (port) => ({ port, path: '/cqhttp/ws', message_format: 'array' }),
    after: outgrows(4 * MIB),
  },
  'astrbot-reverse': {
    script: 'frameworks/astrbot_app.py',
    args: () => ({ token: TOKEN }),
    entry: (port) => ({ port, path: '/ws', access_token: TOKEN, message_format: 'array' }),
    after: outgrows(16 * MIB),
  },
  // NcatBot first opens a connection as a test, reads one frame and closes it. It ends when it can't reach the bridge.
  'ncatbot-forward': {
    script: 'frameworks/ncatbot_app.py',
    args: (bridgePort) => ({ token: TOKEN, url: `ws://127.0.0.1:${bridgePort}` }),
    entry: () => ({ protocol: 'listen', access_token: TOKEN, message_format: 'array' }),
    keepsRunning: true,
    showsNoServer: true,
  },
  // QQAPI within MCDReforged, with its default settings: no token anywhere.
  'mcdreforged-qqapi': {
    script: 'mcdreforged/qqapi_way.py',
    args: () => ({}),
    entry: (port) => ({ port }),
    isOpen: true,
  },
  // ImAPI reads `message` as text, and reads no answers.
  'mcdreforged-imapi': {
    script: 'mcdreforged/imapi_way.py',
    args: () => ({}),
    entry: (port) => ({ port, message_format: 'string' }),
    readsNoAnswers: true,
    after: outgrows(4 * MIB),
  },
  'shiro-reverse': {
    script: 'shiro',
    args: () => ({ 'shiro.ws.access-token': TOKEN }),
    entry: (port) => ({ port, path: '/ws/shiro', access_token: TOKEN }),
    showsNoServer: true,
    handlesAtOnce: true,
    after: outgrows(MIB / 2),
  },
  // Kovi dials //api and //event, and ends when it loses one of them.
  'kovi-forward': {
    script: 'kovi',
    args: (bridgePort) => ({ bridge_port: bridgePort, token: TOKEN }),
    entry: () => ({ protocol: 'listen', access_token: TOKEN }),
    keepsRunning: true,
  },
};
