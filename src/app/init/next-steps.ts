import { networkInterfaces } from 'node:os';
import { isWildcard, urlHost } from '../../config/hosts.ts';
import type { Config, ServerConfig } from '../../config/types.ts';
import { shownUrl } from '../../support/shown-url.ts';
import { type Text, text } from '../../support/text.ts';
import { botSideLines } from './bot-side.ts';
import { type BotKind, kindOf } from './kinds.ts';
import { serverSideLines } from './server-side.ts';

export interface NextStepsOptions {
  readonly config: Config;
  readonly configFile: string;
  /** The words that start this program again, such as `node bin/qqbridge.js`. */
  readonly command: string;
  readonly bot: BotKind;
}

/** What is left to do: the lines to enter at the bot and at each server, then the start. */
export function nextSteps({ config, configFile, command, bot }: NextStepsOptions): readonly (Text | string)[] {
  const { port, bots, servers } = config;
  const bridge = addressOf(config);
  const dialled = [...bots.dialled.values()];
  const others = [...servers.values()].filter(({ enabled }) => enabled);
  return [
    '',
    text`At the bot`,
    ...(dialled.length > 0
      ? dialled.map(
          ({ name, url, apiUrl }) => text`  ${name}: nothing; the bridge dials it at ${shownUrl(url ?? apiUrl ?? '')}`,
        )
      : botSideLines(bot, { url: bridge, token: port.accessToken }).map(indented)),
    ...others.flatMap((server) => [
      '',
      text`At the server ${server.name}`,
      ...serverSide(server, bridge).map(indented),
    ]),
    '',
    text`Then`,
    text`  ${command} check -c ${configFile}    tries all of it`,
    text`  ${command} run -c ${configFile}      starts the bridge`,
  ];
}

function serverSide(server: ServerConfig, bridge: string): readonly (Text | string)[] {
  const { name, protocol, accessToken } = server;
  const url = protocol === 'listen' ? undefined : server.url;
  return serverSideLines({
    name,
    kind: kindOf({ protocol, url, messageFormat: server.messageFormat }),
    bridge,
    ...(url === undefined ? {} : { url }),
    ...(accessToken === undefined ? {} : { token: accessToken }),
    ...(protocol === 'http' && server.secret !== undefined ? { secret: server.secret } : {}),
  });
}

/** Where others find the port. One that listens everywhere is found at the first address that is not loopback. */
function addressOf({ port: { host, port, tls } }: Config): string {
  const name = isWildcard(host) || host === '' ? ownAddress() : host;
  return `${tls === undefined ? 'ws' : 'wss'}://${urlHost(name)}:${port}/`;
}

function ownAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}

function indented(line: Text | string): Text | string {
  return typeof line === 'string' ? `  ${line}` : text`  ${line}`;
}
