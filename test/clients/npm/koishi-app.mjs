// A koishi application with the OneBot adapter. With `--url` it dials that forward WebSocket, with `--api` it is posted to
// and makes its calls there, with neither the bridge dials it.
import { options, require, say } from './options.mjs';

const { name, port, self_id: selfId, token, url, api } = options;
const { Context } = require('koishi');
const http = require('@koishijs/plugin-http').default;
const server = require('@koishijs/plugin-server').default;
const onebot = require('koishi-plugin-adapter-onebot').default;

function modeOf() {
  if (url !== undefined) return { protocol: 'ws', endpoint: url, token };
  if (api !== undefined) return { protocol: 'http', path: '/onebot', endpoint: api, token };
  return { protocol: 'ws-reverse', path: '/onebot' };
}

const app = new Context();
app.plugin(http);
app.plugin(server, { host: '127.0.0.1', port: Number(port) });
if (api !== undefined) {
  // The adapter 6.9.4 takes the event from the answer it has not made yet; it lies in the request.
  app.inject(['server'], (ctx) => {
    ctx.server.use((koa, next) => {
      koa.body = koa.request.body;
      return next();
    });
  });
}
app.plugin(onebot, { ...modeOf(), selfId, responseTimeout: 20_000 });

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
