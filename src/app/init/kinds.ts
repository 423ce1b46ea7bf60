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
  readonly id: 'qqapi' | 'nonebot' | 'koishi' | 'astrbot' | 'websocket' | 'http' | 'listen';
  readonly label: Text | string;
  readonly protocol: 'websocket' | 'http' | 'listen';
  /** What its entry is called unless its user says. */
  readonly name: string;
  /** Absent for one that dials in. */
  readonly url?: string;
  readonly takesToken: boolean;
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

/** What an entry of `server_list` looks like it is for, by its address. */
export function kindOf(protocol: string, url: string | undefined): ServerKind['id'] {
  if (protocol !== 'websocket') return protocol === 'http' ? 'http' : 'listen';
  const path = url === undefined ? '' : new URL(url).pathname;
  const known = SERVER_KINDS.find((kind) => kind.url !== undefined && new URL(kind.url).pathname === path);
  return known?.id ?? 'websocket';
}
