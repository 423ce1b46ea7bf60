// How much the sink can take: masked frames of the load, prepared beforehand, written to N WebSockets as fast as they
// go. `node flood.mjs PORT LINKS MS`; ends by itself.
import { setTimeout as delay } from 'node:timers/promises';
import { eventBody } from './events.mjs';
import { openWebSockets, textFrame } from './plain-websocket.mjs';

const FRAMES_PER_WRITE = 64;
const [port, linkCount, ms] = process.argv.slice(2).map(Number);

const block = Buffer.concat(Array(FRAMES_PER_WRITE).fill(textFrame(eventBody(0))));
const sockets = await openWebSockets(port, linkCount);
let stopped = false;
for (const socket of sockets) {
  const write = () => {
    if (!stopped) socket.write(block, write);
  };
  write();
}
await delay(ms);
stopped = true;
for (const socket of sockets) socket.end();
