// A server that notes when each event came: prints `{"port": N}`, answers each question with the times since the last.
import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import { answerQuestions } from '../support/questions.mjs';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
let times = [];
server.on('connection', (socket) => {
  socket.on('message', (data) => {
    if (data.indexOf('"message_id":') >= 0) times.push(String(process.hrtime.bigint()));
  });
});
await once(server, 'listening');
answerQuestions({ port: server.address().port }, () => {
  const since = times;
  times = [];
  return { times: since };
});
