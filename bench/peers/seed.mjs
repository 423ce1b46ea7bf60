// The shape of QQBridge.py in Node: one report at a time; for each server, one after the other, the field `server`,
// JSON.stringify and a send that is awaited, by HTTP on a new connection; 204 after the last. Nothing is kept.
// `node seed.mjs SINK_PORT SERVERS websocket|http`.
import { once } from 'node:events';
import { Agent, createServer, request as httpRequest } from 'node:http';
import { WebSocket } from 'ws';

const [sinkPort, serverCount, protocol] = process.argv.slice(2);
const names = Array.from({ length: Number(serverCount) }, (_, n) => `server-${n}`);

async function socketSender() {
  const socket = new WebSocket(`ws://127.0.0.1:${sinkPort}/ws/`);
  await once(socket, 'open');
  return (text) => new Promise((resolve) => socket.send(text, resolve));
}

function poster() {
  const agent = new Agent({ keepAlive: false });
  return async (text) => {
    const request = httpRequest({ host: '127.0.0.1', port: sinkPort, method: 'POST', agent });
    request.setHeader('Content-Type', 'application/json');
    request.end(text);
    const [response] = await once(request, 'response');
    for await (const _ of response);
  };
}

const senders = await Promise.all(names.map(() => (protocol === 'websocket' ? socketSender() : poster())));

async function pass(body) {
  const event = JSON.parse(body);
  for (const [n, send] of senders.entries()) await send(JSON.stringify({ ...event, server: names[n] }));
}

/** The one before is awaited: the loop does one thing at a time. */
let last = Promise.resolve();

const server = createServer(async (request, response) => {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  last = last.then(() => pass(Buffer.concat(chunks)));
  await last;
  response.writeHead(204).end();
});
server.listen(0, '127.0.0.1', 511, () => console.log(JSON.stringify({ port: server.address().port })));
process.stdin.resume().on('end', () => process.exit());
