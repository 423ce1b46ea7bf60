import { type Text, text } from '../../support/text.ts';
import type { BotKind } from './kinds.ts';

export interface BotSide {
  /** Where the bot finds the bridge, `ws://127.0.0.1:5700/`. */
  readonly url: string;
  readonly token: string | undefined;
}

/** What to enter on the side of the bot, line by line. */
export function botSideLines(kind: BotKind, side: BotSide): readonly (Text | string)[] {
  switch (kind) {
    case 'napcat':
      return napCat(side);
    case 'llonebot':
      return llOneBot(side);
    case 'lagrange':
      return lagrange(side);
    case 'go-cqhttp':
      return goCqhttp(side);
    case 'other':
      return [text`a reverse WebSocket (role Universal) to`, ...fields(side)];
  }
}

function fields({ url, token }: BotSide): readonly string[] {
  return [`  URL    ${url}`, ...(token === undefined ? [] : [`  token  ${token}`])];
}

function napCat({ url, token = '' }: BotSide): readonly (Text | string)[] {
  const client = {
    enable: true,
    name: 'qqbridge',
    url,
    reportSelfMessage: false,
    messagePostFormat: 'array',
    token,
    debug: false,
    heartInterval: 30_000,
    reconnectInterval: 5_000,
  };
  return [
    text`NapCat, WebUI: Network > New > WebSocket client (网络配置 > 新建 > WebSocket 客户端)`,
    ...fields({ url, token: token || undefined }),
    text`or in config/onebot11_<account>.json, under network.websocketClients:`,
    `  ${JSON.stringify(client)}`,
  ];
}

function llOneBot(side: BotSide): readonly (Text | string)[] {
  return [text`LLOneBot: settings > OneBot 11 > reverse WebSocket (反向 WebSocket), add and enable`, ...fields(side)];
}

function lagrange({ url, token = '' }: BotSide): readonly (Text | string)[] {
  const { hostname, port } = new URL(url);
  const implementation = {
    Type: 'ReverseWebSocket',
    Host: hostname,
    Port: Number(port),
    Suffix: '/',
    ReconnectInterval: 5_000,
    HeartBeatInterval: 5_000,
    AccessToken: token,
  };
  return [text`Lagrange.OneBot: in appsettings.json, under Implementations:`, `  ${JSON.stringify(implementation)}`];
}

function goCqhttp({ url, token = '' }: BotSide): readonly (Text | string)[] {
  return [
    text`go-cqhttp: in config.yml, in place of what is under servers:`,
    '  servers:',
    '    - ws-reverse:',
    `        universal: ${url}`,
    '        reconnect-interval: 3000',
    '        middlewares:',
    `          access-token: ${JSON.stringify(token)}`,
  ];
}
