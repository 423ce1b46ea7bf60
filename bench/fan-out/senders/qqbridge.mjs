import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Core } from '../../support/core.mjs';

/** The bridge itself: scan, route, durable log, links with their pings. */
export async function open({ sinkPort, serverCount, checkout, home, queue, bytes = 1024 }) {
  const names = Array.from({ length: serverCount }, (_, n) => `server-${n}`);
  const server = {
    protocol: 'websocket',
    host: '127.0.0.1',
    port: sinkPort,
    ...(queue === undefined ? {} : { queue }),
  };
  const config = { data: join(home, 'data'), server_list: Object.fromEntries(names.map((name) => [name, server])) };
  const core = await Core.open({ checkout, home, config });
  while (!core.isUp) await delay(10);
  return {
    core,
    names,
    send: (bodies) => {
      for (const body of bodies) core.take(body);
    },
    room: () => core.room(serverCount * Math.min(MAX_BEHIND, Math.ceil(MAX_BEHIND_BYTES / bytes))),
    drained: () => core.room(0),
  };
}

/** Events by which the servers may be behind; their queues take 10,000. */
const MAX_BEHIND = 2_000;
/** Their queues take 64 MiB. */
const MAX_BEHIND_BYTES = 16 * 1024 * 1024;
