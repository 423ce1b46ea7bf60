// A daemon with a simulated bot and servers of which one refuses, one is away and one dials in.
import { writeFile } from 'node:fs/promises';
import { startDaemon } from '../../.build/test/support/daemon.js';
import { okAnswer } from '../../.build/test/support/fake-bot.js';
import { FakeHttpServer } from '../../.build/test/support/fake-http-server.js';
import { FakeWebSocketServer } from '../../.build/test/support/fake-web-socket-server.js';
import { freePort } from '../../.build/test/support/free-port.js';

export const TOKEN = 'a-token-for-the-browser-tests';

const TALK = [
  '早上好，服务器今天几点重启？',
  '!!online',
  'creative is up again',
  '有人一起打末影龙吗',
  '[CQ:image,file=a1b2c3.png]',
  '!!mc tps?',
  '谢谢大家',
  'anyone near spawn?',
];

let lastId = 1_000;

/** As bots of today send them. */
export function chat(selfId = 10001) {
  lastId += 1;
  const text = TALK[lastId % TALK.length];
  const user = 10086 + (lastId % 7);
  return JSON.stringify({
    time: Math.floor(Date.now() / 1_000),
    self_id: selfId,
    post_type: 'message',
    message_type: lastId % 5 === 0 ? 'private' : 'group',
    sub_type: 'normal',
    message_id: lastId,
    group_id: 987654321,
    user_id: user,
    message: [{ type: 'text', data: { text } }],
    raw_message: text,
    font: 0,
    sender: { user_id: user, nickname: '小明', card: '', role: 'member' },
  });
}

export async function setStage(scope) {
  const survival = await FakeWebSocketServer.start(scope);
  const creative = await FakeWebSocketServer.start(scope);
  const panel = await FakeHttpServer.start(scope);
  panel.reply = () => ({ status: 403 });
  const config = {
    admin: { token: TOKEN },
    server_list: {
      survival: { port: survival.port },
      creative: { port: creative.port, filter: { raw_message: { contains: 'creative' } } },
      panel: { protocol: 'http', port: panel.port, path: '/onebot', filter: { message_type: 'private' } },
      lobby: { port: await freePort(), access_token: 'a-secret-of-lobby' },
      nonebot: { protocol: 'listen', access_token: 'a-secret-of-nonebot' },
    },
  };
  const daemon = await startDaemon(scope, { config });
  const bot = await connectBot(daemon, scope, '10001');
  const second = await connectBot(daemon, scope, '3889001456');
  const link = await survival.nextLink('10001');
  const stage = { scope, daemon, config, bot, second, survival, creative, panel, link };
  stage.talk = setInterval(() => chatter(stage), 120);
  scope.after(() => clearInterval(stage.talk));
  return stage;
}

export async function connectBot(daemon, scope, selfId) {
  const bot = await daemon.connectBot(scope, { selfId, headers: { 'User-Agent': 'NapCat/4.8' } });
  bot.handler = ({ action, echo }) =>
    action === 'get_nothing'
      ? [`{"status":"failed","retcode":1404,"data":null,"message":"no such action","echo":${JSON.stringify(echo)}}`]
      : [okAnswer(echo, { message_id: 12345678901234567890n.toString() })];
  return bot;
}

let turn = 0;

/** A calm evening: events of two bots, now and then a call. */
function chatter({ daemon, bot, second, link }) {
  if (!daemon.isRunning) return;
  turn += 1;
  (turn % 4 === 0 ? second : bot).send(chat(turn % 4 === 0 ? 3889001456 : 10001));
  if (turn % 3 !== 0 || !link.isOpen) return;
  const action = ['send_group_msg', 'get_group_info', 'get_group_member_list', 'get_nothing'][turn % 4];
  link.send(JSON.stringify({ action, params: { group_id: 987654321, message: '在线 3 人' }, echo: turn }));
}

/** Writes a config with three faults, one of them beside a secret. */
export async function breakConfig({ daemon }) {
  await writeFile(
    daemon.home.configFile,
    [
      'websocket: maybe',
      'host: 127.0.0.1',
      `port: ${daemon.port}`,
      `admin: {port: ${daemon.adminPort}, token: ${TOKEN}}`,
      'server_list:',
      '  survival:',
      '    access_token: the-secret-of-survival',
      '    port: 99999',
      '    colour: red',
      '',
    ].join('\n'),
  );
}
