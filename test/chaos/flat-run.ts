import { statSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { Cleanup } from '../support/cleanup.ts';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { ADMIN, serverState } from '../support/operate.ts';
import { SocketBot } from './chaos-bots.ts';
import { storeFile } from './faults.ts';
import { Oracle } from './oracle.ts';

export interface FlatOptions {
  readonly forMs: number;
  readonly rate: number;
  readonly servers: number;
  /** How many of them nothing listens for. */
  readonly dead: number;
  readonly print: (line: string) => void;
}

export interface FlatFigures {
  readonly events: number;
  readonly delivered: number;
  readonly lost: number;
  readonly duplicates: number;
  readonly outOfOrder: number;
  /** Memory over the run, in quarters of it after the first tenth; the mean of each. */
  readonly rssMiB: readonly number[];
  readonly fileKiB: number;
  /** Dropped of one dead server, by reason. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly complaints: readonly string[];
}

const SAMPLE_MS = 5_000;

/** Many servers, most of them dead, under steady load: memory has to stay flat, and the others have to get everything. */
export async function runFlat(t: Cleanup, options: FlatOptions): Promise<FlatFigures> {
  const { forMs, rate, servers, dead, print } = options;
  const crowd = await Crowd.start(t, servers - dead);
  const nobody = await freePort();
  const list = Array.from({ length: servers }, (_, index) =>
    index < dead
      ? [`dead${index}`, { host: '127.0.0.1', port: nobody }]
      : [`up${index - dead}`, { host: '127.0.0.1', port: crowd.port, path: `/${index - dead}` }],
  );
  const config = { admin: ADMIN, log: { level: 'warn' }, server_list: Object.fromEntries(list) };
  const daemon = await startDaemon(t, { config });
  const bot = new SocketBot({ selfId: '10001', port: daemon.port, oracle: new Oracle([]), rate });
  t.after(() => bot.stop());
  await eventually(() => crowd.links === servers - dead, { deadlineMs: 60_000 });

  const samples: number[] = [];
  bot.resume();
  const end = performance.now() + forMs;
  while (performance.now() < end) {
    await delay(Math.min(SAMPLE_MS, Math.max(0, end - performance.now())));
    const bytes = await daemon.memoryBytes();
    samples.push(bytes / 1_048_576);
    print(
      `${bot.sent} sent, ${crowd.total('got')} delivered, the slowest is ${bot.sent - crowd.slowest} behind; ` +
        `RSS ${Math.round(bytes / 1_048_576)} MiB, file ${fileKiB(daemon)} KiB`,
    );
  }
  await bot.pause();
  const complaints: string[] = [];
  try {
    await eventually(() => crowd.slowest >= bot.sent, { deadlineMs: 30_000, everyMs: 50 });
  } catch {
    complaints.push(`a server that is up is ${bot.sent - crowd.slowest} events behind at the end`);
  }
  const { dropped } = dead > 0 ? (await serverState(daemon, 'dead0')).counts : { dropped: {} };
  const rssMiB = quarters(samples.slice(Math.floor(samples.length / 10)));
  const [first = 0, , , last = 0] = rssMiB;
  if (last > first * 1.2 + 20) complaints.push(`memory grows: ${rssMiB.join(', ')} MiB`);
  if (crowd.total('lost') + crowd.total('outOfOrder') > 0) complaints.push('events are lost or out of order');
  return {
    events: bot.sent,
    delivered: crowd.total('got'),
    lost: crowd.total('lost'),
    duplicates: crowd.total('duplicates'),
    outOfOrder: crowd.total('outOfOrder'),
    rssMiB,
    fileKiB: fileKiB(daemon),
    dropped: { ...dropped },
    complaints,
  };
}

interface Seat {
  got: number;
  last: number;
  lost: number;
  duplicates: number;
  outOfOrder: number;
}

/** Any number of WebSocket servers on one port, told apart by path. Each event has to follow the one before it. */
class Crowd {
  readonly port: number;
  links = 0;
  readonly #seats: Seat[];

  constructor(server: Server, size: number) {
    this.port = (server.address() as AddressInfo).port;
    this.#seats = Array.from({ length: size }, () => ({ got: 0, last: 0, lost: 0, duplicates: 0, outOfOrder: 0 }));
    const acceptor = new WebSocketServer({ noServer: true, perMessageDeflate: false });
    server.on('upgrade', (request, socket, head) => {
      const seat = this.#seats[Number(request.url?.slice(1))];
      if (seat !== undefined) acceptor.handleUpgrade(request, socket, head, (link) => this.#serve(link, seat));
    });
  }

  static async start(t: Cleanup, size: number): Promise<Crowd> {
    const server = createServer();
    const sockets = new Set<Socket>();
    server.on('connection', (socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    });
    return new Crowd(server, size);
  }

  /** The number up to which every server has got all. */
  get slowest(): number {
    return Math.min(...this.#seats.map(({ last }) => last));
  }

  total(key: keyof Seat): number {
    return this.#seats.reduce((sum, seat) => sum + seat[key], 0);
  }

  #serve(link: WebSocket, seat: Seat): void {
    this.links += 1;
    link.on('error', () => {}); // `close` follows.
    link.on('message', (data: RawData) => {
      const n = numberIn(data as Buffer);
      if (n === undefined) return;
      if (n <= seat.last) {
        seat.duplicates += 1;
        return;
      }
      seat.got += 1;
      seat.lost += n - seat.last - 1;
      seat.last = n;
    });
  }
}

const MARK = Buffer.from('"message_id":');

/** As `numberOf`, for tens of thousands a second. */
function numberIn(frame: Buffer): number | undefined {
  let at = frame.indexOf(MARK);
  if (at < 0) return undefined;
  let n = 0;
  for (at += MARK.length; at < frame.length; at += 1) {
    const digit = (frame[at] ?? 0) - 48;
    if (digit < 0 || digit > 9) break;
    n = n * 10 + digit;
  }
  return n;
}

function quarters(samples: readonly number[]): number[] {
  const size = Math.max(1, Math.ceil(samples.length / 4));
  return [0, 1, 2, 3].map((quarter) => {
    const part = samples.slice(quarter * size, (quarter + 1) * size);
    return Math.round(part.reduce((sum, sample) => sum + sample, 0) / Math.max(1, part.length));
  });
}

function fileKiB(daemon: Daemon): number {
  return Math.round(statSync(storeFile(daemon)).size / 1024);
}
