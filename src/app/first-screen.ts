import { botAddresses } from '../operator/bot-addresses.ts';
import type { BridgeStatus, ServerReport } from '../operator/types.ts';
import { type Text, text, type Words } from '../support/text.ts';

/** What a person sees after the start: where the bot is to be pointed, and what the bridge serves. */
export function firstScreen(status: BridgeStatus): Text[] {
  const { version, address, adminAddress, adminTokenFile, configFile, servers } = status;
  const { host } = new URL(address);
  const { webSocket, http } = botAddresses(status);
  const noServer = text`no server yet: add one to server_list, then type: reload config`;
  return [
    text`QQBridge ${version} listens on ${host}, config ${configFile}`,
    text`enter one of these in your bot (NapCat, LLOneBot, Lagrange, go-cqhttp), with the access_token if one is set:`,
    text`  reverse WebSocket (WebSocket client)   ${webSocket}`,
    text`  HTTP report (HTTP client, HTTP POST)   ${http}`,
    ...(servers.length === 0 ? [noServer] : servers.map((server) => serverLine(server, webSocket))),
    ...(adminAddress === undefined ? [] : [adminLine(adminAddress, adminTokenFile)]),
    text`type help for the commands, stop to end`,
  ];
}

function serverLine({ name, protocol, url, state }: ServerReport, webSocket: Words): Text {
  const where = url ?? text`on ${webSocket}`;
  return state !== 'disabled'
    ? text`server ${name}: ${protocol} ${where}`
    : text`server ${name}: ${protocol} ${where} (off)`;
}

function adminLine(address: string, tokenFile: string | undefined): Text {
  return tokenFile === undefined
    ? text`dashboard and health on ${address}`
    : text`dashboard and health on ${address}, token in ${tokenFile}`;
}
