import { type Text, text, type Words } from '../support/text.ts';
import type { BridgeStatus } from './types.ts';

/** Where bots connect to, as their own settings want it: reverse WebSocket first, which takes calls as well. */
export function botAddresses({ address }: Pick<BridgeStatus, 'address'>): { webSocket: Words; http: Words } {
  const { host, protocol } = new URL(address);
  const at = reachable(host);
  return { webSocket: text`${protocol === 'https:' ? 'wss' : 'ws'}://${at}/`, http: text`${protocol}//${at}/` };
}

/** For whoever has no bot there yet: what to enter, and where. */
export function botAddressLines(status: Pick<BridgeStatus, 'address'>): Text[] {
  const { webSocket, http } = botAddresses(status);
  return [
    text`Enter in your bot, as reverse WebSocket: ${webSocket}`,
    text`  NapCat: Network, New, WebSocket client. LLOneBot: OneBot 11, WebSocket reverse.`,
    text`  The token there is access_token of the config; leave it empty where the config has none.`,
    text`Or, for a bot that only reports by HTTP: ${http} (NapCat: HTTP client; LLOneBot: HTTP POST).`,
  ];
}

/** A listener on all addresses is reached by one of this machine's. */
function reachable(host: string): Words {
  const [, port] = /^(?:0\.0\.0\.0|\[::\])(.*)$/.exec(host) ?? [];
  return port === undefined ? host : text`<address of this machine>${port}`;
}
