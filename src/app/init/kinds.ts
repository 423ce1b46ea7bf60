import { type Text, text } from '../../support/text.ts';
import type { Choice } from './asker.ts';

/** What runs a bot. */
export type BotKind = 'napcat' | 'llonebot' | 'lagrange' | 'go-cqhttp' | 'other';

export const BOT_CHOICES: readonly Choice<BotKind>[] = [
  { value: 'napcat', label: 'NapCat' },
  { value: 'llonebot', label: 'LLOneBot (LuckyLilliaBot)' },
  { value: 'lagrange', label: 'Lagrange.OneBot' },
  { value: 'go-cqhttp', label: 'go-cqhttp' },
  { value: 'other', label: text`another OneBot 11 implementation, or several` },
];

/** What a server is: how it is met, where it listens unless told otherwise, and whether it asks for a token. */
export interface ServerKind {
  readonly id: 'qqapi' | 'imapi' | 'nonebot' | 'koishi' | 'astrbot' | 'websocket' | 'http' | 'listen';
  readonly label: Text | string;
  readonly protocol: 'websocket' | 'http' | 'listen';
  /** What its entry is called unless its user says. */
  readonly name: string;
  /** Absent for one that dials in. */
  readonly url?: string;
  readonly takesToken: boolean;
  /** The only message format that the application reads. Absent where it reads both. */
  readonly messageFormat?: 'string' | 'array';
}

export const SERVER_KINDS: readonly ServerKind[] = [
  {
    id: 'qqapi',
    label: text`Minecraft: MCDReforged with QQAPI`,
    protocol: 'websocket',
    name: 'survival',
    url: 'ws://127.0.0.1:5701/ws/',
    takesToken: false,
  },
  {
    id: 'imapi',
    label: text`Minecraft: MCDReforged with ImAPI (QQChat 3)`,
    protocol: 'websocket',
    name: 'survival',
    url: 'ws://127.0.0.1:8080/ws/',
    takesToken: false,
    messageFormat: 'string',
  },
  {
    id: 'nonebot',
    label: 'NoneBot2',
    protocol: 'websocket',
    name: 'nonebot',
    url: 'ws://127.0.0.1:8080/onebot/v11/ws',
    takesToken: true,
  },
  {
    id: 'koishi',
    label: 'Koishi',
    protocol: 'websocket',
    name: 'koishi',
    url: 'ws://127.0.0.1:5140/onebot',
    takesToken: false,
  },
  {
    id: 'astrbot',
    label: 'AstrBot',
    protocol: 'websocket',
    name: 'astrbot',
    url: 'ws://127.0.0.1:6199/ws',
    takesToken: true,
    messageFormat: 'array',
  },
  {
    id: 'websocket',
    label: text`another one that waits for a reverse WebSocket`,
    protocol: 'websocket',
    name: 'app',
    url: 'ws://127.0.0.1:8080/ws',
    takesToken: true,
  },
  {
    id: 'http',
    label: text`another one that takes events by HTTP POST`,
    protocol: 'http',
    name: 'web',
    url: 'http://127.0.0.1:8080/',
    takesToken: true,
  },
  {
    id: 'listen',
    label: text`another one that dials the bot itself (forward WebSocket)`,
    protocol: 'listen',
    name: 'app',
    takesToken: true,
  },
];

export interface EntryLook {
  readonly protocol: string;
  readonly url?: string | undefined;
  readonly messageFormat: 'keep' | 'string' | 'array';
}

/** Guesses the kind of an entry of `server_list`: by its path, and among kinds with equal paths by format and port. */
export function kindOf({ protocol, url, messageFormat }: EntryLook): ServerKind['id'] {
  if (protocol !== 'websocket') return protocol === 'http' ? 'http' : 'listen';
  const { pathname, port } = new URL(url ?? 'ws://127.0.0.1/');
  const alike = SERVER_KINDS.filter((kind) => kind.url !== undefined && new URL(kind.url).pathname === pathname);
  const likeness = (kind: ServerKind) =>
    ((kind.messageFormat ?? 'keep') === messageFormat ? (messageFormat === 'keep' ? 1 : 2) : 0) +
    (new URL(kind.url ?? '').port === port ? 1 : 0);
  // The sort is stable, so among equals the first of the table wins.
  return alike.toSorted((one, other) => likeness(other) - likeness(one))[0]?.id ?? 'websocket';
}

/** The address that `init` gives a new server of a kind: its usual port, or the next one that no other server has. */
export function freeUrl(usual: string, taken: ReadonlySet<number>): string {
  const url = new URL(usual);
  let port = Number(url.port);
  while (taken.has(port) && port < 65_535) port += 1;
  url.port = String(port);
  return url.href;
}
