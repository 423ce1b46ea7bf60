import type { WebSocket } from 'ws';
import type { WebSocketServerConfig } from '../config/types.ts';

/** Where applications take reverse WebSockets: NoneBot2, Koishi, AstrBot and aiocqhttp, Yunzai. */
const KNOWN_PATHS = ['/onebot/v11/ws', '/onebot', '/ws', '/ws/', '/OneBotv11', '/'];

/**
 * Tries the paths that are known, for a server whose own one leads nowhere.
 *
 * @returns The first in that order that takes a WebSocket.
 */
export async function pathThatAnswers(
  config: WebSocketServerConfig,
  dialAt: (config: WebSocketServerConfig) => WebSocket,
): Promise<string | undefined> {
  const own = new URL(config.url).pathname;
  const tries = KNOWN_PATHS.filter((path) => path !== own).map(async (path) => {
    const url = new URL(config.url);
    url.pathname = path;
    const socket = dialAt({ ...config, url: url.href });
    return (await opens(socket)) ? path : undefined;
  });
  return (await Promise.all(tries)).find((path) => path !== undefined);
}

function opens(socket: WebSocket): Promise<boolean> {
  return new Promise((resolve) => {
    const patience = setTimeout(() => socket.terminate(), TRY_MS);
    // The close follows, whatever it was.
    socket.on('error', () => {});
    socket.once('close', () => {
      clearTimeout(patience);
      resolve(false);
    });
    socket.once('open', () => {
      resolve(true);
      socket.terminate();
    });
  });
}

const TRY_MS = 1_500;
