import assert from 'node:assert/strict';
import type { Cleanup } from '../support/cleanup.ts';
import { type ConfigFile, type Daemon, startDaemon } from '../support/daemon.ts';
import { dialIn } from '../support/dial-in.ts';
import { notice } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import type { FakeServerLink } from '../support/fake-server-link.ts';
import { freePort } from '../support/free-port.ts';
import { ADMIN, operate } from '../support/operate.ts';
import { isEvent, reportSafely } from '../support/reports.ts';
import {
  absentSocketServer,
  eventsAt,
  eventsOn,
  hookEntry,
  type KillRound,
  killAfter,
  nothingWaits,
  taggedAll,
} from './kill-after.ts';
import type { Random } from './random.ts';

/**
 * Reloads that move waiting events. Their servers are away until the daemon has been killed, so that each event comes
 * once.
 */
export const RELOAD_ROUNDS: readonly KillRound[] = [
  { name: 'what waits for a renamed server is under its new name, in order and once', run: renamed },
  {
    name: 'what waits for two servers that swapped their names is at its application, in order and once',
    run: swapped,
  },
  { name: 'what waits for a removed server is there when its name comes back, in order and once', run: removed },
  { name: 'what waits for a server is given to it by its new protocol, in order and once', run: otherProtocol },
];

type Protocol = 'websocket' | 'http' | 'listen';
const PROTOCOLS: readonly Protocol[] = ['websocket', 'http', 'listen'];

/** A server that is away. */
interface Absent {
  readonly entry: ConfigFile;
  /** From now on the server is there. */
  come(daemon: Daemon): Promise<void>;
  got(): readonly string[];
}

async function absent(t: Cleanup, protocol: Protocol): Promise<Absent> {
  switch (protocol) {
    case 'websocket': {
      const server = await absentSocketServer(t);
      return {
        entry: { protocol, host: '127.0.0.1', port: server.port },
        come: () => server.listen(),
        got: () => eventsOn(server),
      };
    }
    case 'http': {
      const port = await freePort();
      let server: FakeHttpServer | undefined;
      return {
        entry: hookEntry({ port }),
        come: async () => {
          server = await FakeHttpServer.start(t, port);
        },
        got: () => (server === undefined ? [] : eventsAt(server)),
      };
    }
    case 'listen': {
      const token = `application-${await freePort()}`;
      let link: FakeServerLink | undefined;
      return {
        entry: { protocol, access_token: token },
        come: async (daemon) => {
          link = await dialIn(t, { url: `${daemon.wsUrl}/`, token });
        },
        got: () => link?.frames.all.filter(isEvent) ?? [],
      };
    }
  }
}

async function start(t: Cleanup, servers: ConfigFile): Promise<Daemon> {
  return await startDaemon(t, { config: { admin: ADMIN, server_list: servers } });
}

async function reload(daemon: Daemon, servers: ConfigFile): Promise<void> {
  await daemon.writeConfig({ admin: ADMIN, server_list: servers });
  assert.match(await operate(daemon, 'reload config'), /The config is reloaded/);
}

async function report(daemon: Daemon, random: Random, selfId = '10001'): Promise<readonly string[]> {
  return await reportSafely(daemon, random.between(1, 5), { make: notice, selfId });
}

interface Expected {
  readonly at: Absent;
  /** The server's name. */
  readonly name: string;
  readonly events: readonly string[];
}

async function expectAt(daemon: Daemon, { at: server, name, events }: Expected): Promise<void> {
  await server.come(daemon);
  if (server.entry['protocol'] !== 'listen') await operate(daemon, `reconnect ${name}`);
  const wanted = taggedAll(events, name);
  await eventually(() => assert.ok(server.got().length >= wanted.length, `${server.got().length} came`));
  await nothingWaits(daemon);
  assert.deepEqual(server.got(), wanted);
}

async function renamed(t: Cleanup, random: Random): Promise<void> {
  const server = await absent(t, random.pick(PROTOCOLS));
  const daemon = await start(t, { before: server.entry });
  const events = [...(await report(daemon, random))];
  const next = await killAfter(daemon, random, () => reload(daemon, { after: server.entry }));
  events.push(...(await report(next, random)));
  await expectAt(next, { at: server, name: 'after', events });
}

async function swapped(t: Cleanup, random: Random): Promise<void> {
  const [one, other] = [await absent(t, random.pick(PROTOCOLS)), await absent(t, random.pick(PROTOCOLS))];
  const [x, y] = [
    { ...one.entry, bots: [10_001] },
    { ...other.entry, bots: [10_002] },
  ];
  const daemon = await start(t, { a: x, b: y });
  const ofOne = await report(daemon, random);
  const ofOther = await report(daemon, random, '10002');
  const next = await killAfter(daemon, random, () => reload(daemon, { a: y, b: x }));
  await one.come(next);
  await expectAt(next, { at: other, name: 'a', events: ofOther });
  await eventually(() => assert.ok(one.got().length >= ofOne.length));
  assert.deepEqual(one.got(), taggedAll(ofOne, 'b'));
}

async function removed(t: Cleanup, random: Random): Promise<void> {
  const server = await absent(t, random.pick(PROTOCOLS));
  const daemon = await start(t, { gone: server.entry });
  const events = await report(daemon, random);
  const next = await killAfter(daemon, random, () => reload(daemon, {}));
  const last = await killAfter(next, random, () => reload(next, { gone: server.entry }));
  await expectAt(last, { at: server, name: 'gone', events });
}

async function otherProtocol(t: Cleanup, random: Random): Promise<void> {
  const from = random.pick(PROTOCOLS);
  const [old, now] = [await absent(t, from), await absent(t, random.pick(PROTOCOLS.filter((each) => each !== from)))];
  const daemon = await start(t, { s: old.entry });
  const events = [...(await report(daemon, random))];
  const next = await killAfter(daemon, random, () => reload(daemon, { s: now.entry }));
  events.push(...(await report(next, random)));
  await expectAt(next, { at: now, name: 's', events });
}
