import { type Text, text } from '../../support/text.ts';
import type { ServerKind } from './kinds.ts';

export interface ServerSide {
  readonly name: string;
  readonly kind: ServerKind['id'];
  /** Where the bridge finds it; absent for one that dials in. */
  readonly url?: string;
  readonly token?: string;
  readonly secret?: string;
  /** Where it finds the bridge. */
  readonly bridge: string;
}

/** What to enter on the side of a server, line by line. */
export function serverSideLines(side: ServerSide): readonly (Text | string)[] {
  const { kind, url, token, secret, bridge } = side;
  const { hostname = '', port = '', pathname = '' } = url === undefined ? {} : new URL(url);
  switch (kind) {
    case 'qqapi': {
      const config = { http: { enable: false }, websocket: { enable: true, host: hostname, port: Number(port) } };
      return [text`QQAPI: in config/qq_api/config.json of MCDReforged:`, `  ${JSON.stringify(config)}`];
    }
    case 'imapi':
      return [
        text`ImAPI: in config/im_api/config.yml of MCDReforged:`,
        '  drivers:',
        '    - enabled: true',
        '      platform: qq',
        '      connection_type: ws_server',
        `      ws_server: { host: ${hostname}, port: ${port}, access_token: "", url_prefix: ${pathname} }`,
      ];
    case 'nonebot':
      return [
        text`NoneBot2: in .env, with the driver ~fastapi and nonebot-adapter-onebot (v11):`,
        `  HOST=${hostname}`,
        `  PORT=${port}`,
        ...(token === undefined ? [] : [`  ONEBOT_ACCESS_TOKEN=${token}`]),
      ];
    case 'koishi':
      return [
        text`Koishi: in koishi.yml, with the server plugin on port ${port}:`,
        '  adapter-onebot:',
        "    selfId: '<account of the bot>'",
        '    protocol: ws-reverse',
        '    path: /onebot',
      ];
    case 'astrbot':
      return [
        text`AstrBot, WebUI: Bots > Create bot > OneBot v11 (机器人 > 创建机器人 > OneBot v11), enable it`,
        text`  reverse WebSocket host (反向 WebSocket 主机地址)   ${hostname}`,
        text`  reverse WebSocket port (反向 WebSocket 端口)       ${port}`,
        ...(token === undefined ? [] : [text`  reverse WebSocket token (反向 Websocket Token)    ${token}`]),
      ];
    case 'websocket':
      return [text`a reverse WebSocket server at ${url ?? ''}`, ...(token === undefined ? [] : [`  token  ${token}`])];
    case 'http':
      return [text`an HTTP server that takes POSTs at ${url ?? ''}`, ...credentials({ secret, token })];
    case 'listen':
      return [text`a forward WebSocket to ${bridge}`, ...credentials({ secret: undefined, token })];
  }
}

function credentials({ secret, token }: { secret: string | undefined; token: string | undefined }): readonly string[] {
  return [
    ...(secret === undefined ? [] : [`  secret ${secret}`]),
    ...(token === undefined ? [] : [`  token  ${token}`]),
  ];
}
