import type { BridgeStatus } from '../operator/types.ts';

/** What a person sees after the start: where the bot is to be pointed, and what the bridge serves. */
export function firstScreen(status: BridgeStatus): string[] {
  const { version, address, adminAddress, adminTokenFile, configFile, servers } = status;
  const { host, protocol: scheme } = new URL(address);
  const webSocket = `${scheme === 'https:' ? 'wss' : 'ws'}://${reachable(host)}/`;
  const tokenHint = adminTokenFile === undefined ? '' : `, token in ${adminTokenFile}`;
  return [
    `QQBridge ${version} listens on ${host}, config ${configFile}`,
    'enter one of these in your bot (NapCat, LLOneBot, Lagrange, go-cqhttp), with the access_token if one is set:',
    `  reverse WebSocket (WebSocket client)   ${webSocket}`,
    `  HTTP report (HTTP client, HTTP POST)   ${scheme}//${reachable(host)}/`,
    ...(servers.length === 0
      ? ['no server yet: add one to server_list, then type: reload config']
      : servers.map(
          ({ name, protocol, url, enabled }) =>
            `server ${name}: ${protocol} ${url ?? `on ${webSocket}`}${enabled ? '' : ' (off)'}`,
        )),
    ...(adminAddress === undefined ? [] : [`health and control on ${adminAddress}${tokenHint}`]),
    'type help for the commands, stop to end',
  ];
}

/** A listener on all addresses is reached by one of this machine's. */
function reachable(host: string): string {
  return host.replace(/^(0\.0\.0\.0|\[::\])/, '<address of this machine>');
}
