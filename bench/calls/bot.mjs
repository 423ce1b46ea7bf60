// A bot that answers calls at once: `node bot.mjs PORT LINKS`, so many WebSockets dialled: one to the bridge, or one to each
// application.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { SELF_ID } from '../load/events.mjs';
import { answerQuestions } from '../support/questions.mjs';

const [port, linkCount] = process.argv.slice(2).map(Number);

async function dial() {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/ws/`, {
    perMessageDeflate: false,
    headers: { 'X-Self-ID': SELF_ID, 'X-Client-Role': 'Universal' },
  });
  await once(socket, 'open');
  socket.on('message', (data) => {
    const { params, echo } = JSON.parse(data);
    const { message } = params;
    socket.send(JSON.stringify({ status: 'ok', retcode: 0, data: { message_id: 1234567, message }, echo }));
  });
}

await Promise.all(Array.from({ length: linkCount }, dial));
answerQuestions('ready', () => 'ready');
