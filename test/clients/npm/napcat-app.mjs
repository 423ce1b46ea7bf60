// An application on node-napcat-ts, which dials the forward WebSocket of `--url`. It prints JSON lines as aiocqhttp_app.py does.
import { createServer } from 'node:http';
import { pathToFileURL } from 'node:url';
import { options, require, say } from './options.mjs';

const { name, port, token, url } = options;
const { NCWebsocket } = await import(pathToFileURL(require.resolve('node-napcat-ts')).href);

const napcat = new NCWebsocket({
  baseUrl: url,
  accessToken: token,
  apiTimeout: 20_000,
  reconnection: { enable: true, attempts: 1_000, delay: 500 },
});
napcat.on('message.group', async (event) => {
  say('event', { message_id: event.message_id, text: event.raw_message, server: event.server });
  if (event.raw_message !== 'ping') return;
  const text = `pong ${name} ${event.message_id}`;
  try {
    const told = await napcat.send_group_msg({ group_id: event.group_id, message: [{ type: 'text', data: { text } }] });
    say('told', { text, message_id: told.message_id });
  } catch (error) {
    say('failed', { text, error: JSON.stringify(error) });
  }
});
// It listens for nothing; the runner waits for the port to know that it runs.
createServer().listen(Number(port), '127.0.0.1');
await napcat.connect();
