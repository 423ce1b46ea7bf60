import { type Text, text, type Words } from '../support/text.ts';
import type { BridgeStatus } from './types.ts';

/**
 * The addresses that bots connect to, in the form of their own settings. The reverse WebSocket comes first, since it
 * takes calls as well.
 */
export function botAddresses({ address }: Pick<BridgeStatus, 'address'>): { webSocket: Words; http: Words } {
  const { host, protocol } = new URL(address);
  const at = reachable(host);
  return { webSocket: text`${protocol === 'https:' ? 'wss' : 'ws'}://${at}/`, http: text`${protocol}//${at}/` };
}

/** Tells an operator without bots what to enter in the program of a bot. */
export function botAddressLines(status: Pick<BridgeStatus, 'address'>): Text[] {
  const { webSocket, http } = botAddresses(status);
  return [
    text`Enter in your bot, as reverse WebSocket: ${webSocket}`,
    text`  NapCat: Network, New, WebSocket client. LLOneBot: OneBot 11, WebSocket reverse.`,
    text`  The token there is access_token of the config; leave it empty where the config has none.`,
    text`Or, for a bot that only reports by HTTP: ${http} (NapCat: HTTP client; LLOneBot: HTTP POST).`,
  ];
}

/** For a listener on all addresses, one address of this machine. */
function reachable(host: string): Words {
  const [, port] = /^(?:0\.0\.0\.0|\[::\])(.*)$/.exec(host) ?? [];
  return port === undefined ? host : text`<address of this machine>${port}`;
}
