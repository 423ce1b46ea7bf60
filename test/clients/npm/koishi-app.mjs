// A koishi application with the OneBot adapter in reverse-WebSocket mode: the bridge dials it. It prints one JSON object
// a line, as aiocqhttp_app.py does. Arguments: NAME PORT SELF_ID; the folder with its packages comes in CLIENTS_NPM.
import { createRequire } from 'node:module';
import { join } from 'node:path';

const [name, port, selfId] = process.argv.slice(2);
const require = createRequire(join(process.env.CLIENTS_NPM, 'package.json'));
const { Context } = require('koishi');
const http = require('@koishijs/plugin-http').default;
const server = require('@koishijs/plugin-server').default;
const onebot = require('koishi-plugin-adapter-onebot').default;

const say = (kind, values) => process.stdout.write(`${JSON.stringify({ kind, ...values })}\n`);

const app = new Context();
app.plugin(http);
app.plugin(server, { host: '127.0.0.1', port: Number(port) });
app.plugin(onebot, { protocol: 'ws-reverse', selfId, path: '/onebot', responseTimeout: 20_000 });

app.on('login-updated', ({ selfId: id, status }) => say('login', { selfId: id, status }));
app.on('message', async (session) => {
  const messageId = Number(session.messageId);
  say('event', { message_id: messageId, text: session.content, server: session.onebot?.server });
  if (session.content !== 'ping') return;
  const text = `pong ${name} ${messageId}`;
  try {
    const [told] = await session.send(text);
    say('told', { text, message_id: Number(told) });
  } catch (error) {
    say('failed', { text, error: String(error) });
  }
});
await app.start();
say('ready', {});
