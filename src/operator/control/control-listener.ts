import { chmod, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { dirname, join } from 'node:path';
import type { Logger } from '../../support/logger.ts';
import { describeNetworkError } from '../../support/network-error.ts';
import { readToEnd } from '../../support/read-to-end.ts';
import type { Speak } from '../../support/text.ts';
import { writeTexts } from '../../support/text-json.ts';
import type { Follow } from '../command.ts';
import { runCommand } from '../command-line.ts';
import type { OperatedBridge } from '../types.ts';
import type { ControlHead, ControlLine, ControlRequest } from './protocol.ts';

export interface ControlListenerOptions {
  readonly bridge: OperatedBridge;
  /** Where to listen. */
  readonly paths: readonly string[];
  readonly logger: Logger;
  readonly speak: Speak;
}

interface ControlSocket {
  readonly server: Server;
  /** Removes the socket from the file system. */
  readonly remove: () => Promise<void>;
}

/**
 * The daemon's ear for `qqbridge ctl`: sockets that only its owner may open, so that no token is needed. What can't be
 * listened on is left out; the admin listener is there still.
 */
export class ControlListener {
  readonly #options: ControlListenerOptions;
  readonly #sockets: ControlSocket[] = [];
  /** Each ends a command that follows what happens. */
  readonly #follows = new Set<() => void>();

  constructor(options: ControlListenerOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    const { paths, logger } = this.#options;
    for (const path of paths) {
      try {
        this.#sockets.push(await this.#listen(path));
      } catch (error) {
        logger.warn('a control socket can not be listened on', { path, reason: describeNetworkError(error) });
      }
    }
  }

  async stop(): Promise<void> {
    for (const end of this.#follows) end();
    await Promise.all(
      this.#sockets.splice(0).map(async ({ server, remove }) => {
        await remove();
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeIdleConnections();
        const cut = setTimeout(() => server.closeAllConnections(), GRACE_MS);
        await closed;
        clearTimeout(cut);
      }),
    );
  }

  async #listen(path: string): Promise<ControlSocket> {
    const server = createServer({ requestTimeout: 10_000 }, (request, response) => void this.#serve(request, response));
    server.maxConnections = MAX_CONNECTIONS;
    if (process.platform === 'win32') {
      await listenAt(server, path);
      return { server, remove: async () => {} };
    }
    return { server, remove: await listenPrivately(server, path) };
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { bridge, logger, speak } = this.#options;
    try {
      const asked = await readRequest(request);
      if ('query' in asked) {
        response.end(writeTexts(bridge.status()));
        return;
      }
      const { command, columns } = asked;
      logger.info('command over the control socket', { command });
      const context = { bridge, logger, speak, origin: 'ctl', ...(columns === undefined ? {} : { columns }) } as const;
      const result = await runCommand(command, context);
      const say = (value: ControlHead | ControlLine) => response.write(`${JSON.stringify(value)}\n`);
      say({ kind: result.kind });
      for (const line of result.kind === 'wrong' ? [result.line] : result.lines) say(line);
      if (result.kind === 'ok' && result.follow !== undefined) this.#follow(result.follow, response);
      else response.end();
    } catch (error) {
      logger.warn('a request on the control socket is not understood', { error });
      response.writeHead(400).end();
    }
  }

  /** Says more until the peer goes or the daemon stops. */
  #follow(follow: Follow, response: ServerResponse): void {
    const unfollow = follow((line) => {
      if (response.writableNeedDrain) return false;
      response.write(`${JSON.stringify(line satisfies ControlLine)}\n`);
      return true;
    });
    const end = (): void => {
      unfollow();
      this.#follows.delete(end);
      response.end();
    };
    this.#follows.add(end);
    response.on('close', end);
  }
}

async function listenAt(server: Server, path: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, resolve);
  });
}

/**
 * Listens on a socket that only its owner can use from the start. The socket is made in a folder that only the owner
 * may enter, and then moved to its place. Its mode can't be set by a umask: the umask is shared by all threads, and
 * files that other threads make at this moment would get another mode, too.
 *
 * @returns Removes the socket, unless another daemon has put one in its place.
 */
async function listenPrivately(server: Server, path: string): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(dirname(path), '.c-'));
  try {
    const first = join(folder, 's');
    await listenAt(server, first);
    await chmod(first, 0o600);
    const { ino } = await stat(first);
    // Replaces the socket of a daemon that was killed. No other daemon can be running: it would hold the event log.
    await rename(first, path);
    return async () => {
      const there = await stat(path).catch(() => undefined);
      if (there?.ino === ino) await rm(path, { force: true });
    };
  } catch (error) {
    server.close();
    throw error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readRequest(request: IncomingMessage): Promise<ControlRequest> {
  const text = await readToEnd(request, MAX_REQUEST_BYTES);
  if (!Buffer.isBuffer(text)) throw new RangeError(`the request is ${text}`);
  const { query, command, columns } = JSON.parse(text.toString()) as Readonly<Record<string, unknown>>;
  if (query === 'status') return { query };
  if (typeof command !== 'string') throw new TypeError('there is no command in it');
  return { command, ...(typeof columns === 'number' ? { columns } : {}) };
}

const MAX_REQUEST_BYTES = 16 * 1024;
const MAX_CONNECTIONS = 32;
/** How long an answer under way has at the stop: that of the `stop` command itself, for one. */
const GRACE_MS = 1_000;
