// The straightforward bridge that QQBridge is compared with: express, ws, and for each event and server the field
// `server`, JSON.stringify and a send. `node naive.mjs SINK_PORT SERVERS [STORE put|batch]`.
//
// With a store it keeps a copy of the event for each server in LevelDB until that is sent, and answers 204 only when
// all are synced: `put` writes each copy by itself with `sync: true`, `batch` all copies of an event in one synced batch.
import { once } from 'node:events';
import { ClassicLevel } from 'classic-level';
import express from 'express';
import { WebSocket } from 'ws';

const [sinkPort, serverCount, folder, mode] = process.argv.slice(2);

const servers = await Promise.all(
  Array.from({ length: Number(serverCount) }, async (_, n) => {
    const socket = new WebSocket(`ws://127.0.0.1:${sinkPort}/ws/`);
    await once(socket, 'open');
    return { name: `server-${n}`, socket };
  }),
);

const store = folder === undefined ? undefined : new ClassicLevel(folder, { valueEncoding: 'utf8' });
await store?.open();
let events = 0;

async function keep(copies) {
  if (mode === 'batch') {
    await store.batch(
      copies.map(({ key, text }) => ({ type: 'put', key, value: text })),
      { sync: true },
    );
  } else {
    await Promise.all(copies.map(({ key, text }) => store.put(key, text, { sync: true })));
  }
}

async function forget(copies) {
  await store.batch(copies.map(({ key }) => ({ type: 'del', key })));
}

const app = express();
app.use(express.json({ limit: '64mb' }));
app.post('/', async (request, response) => {
  events += 1;
  const number = String(events).padStart(12, '0');
  const copies = servers.map(({ name, socket }) => ({
    socket,
    key: `${name}:${number}`,
    text: JSON.stringify({ ...request.body, server: name }),
  }));
  if (store !== undefined) await keep(copies);
  for (const { socket, text } of copies) socket.send(text);
  response.status(204).end();
  if (store !== undefined) await forget(copies);
});

const listener = app.listen(0, '127.0.0.1', 511, () => console.log(JSON.stringify({ port: listener.address().port })));
process.stdin.resume().on('end', () => process.exit());
