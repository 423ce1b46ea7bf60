import { basename } from 'node:path';
import { text } from '../support/text.ts';
import type { FileValue } from './compose.ts';
import type { ImportOutcome } from './import-settings.ts';
import { addEntry, localPort } from './server-names.ts';

type Connection = Readonly<Record<string, unknown>>;

/**
 * NapCat's connections, as its `onebot11_<account>.json` lists them. Whom it dialled or posted to becomes a server of the
 * bridge; where it only listened, the bridge dials it, and who dialled it dials the bridge.
 */
export function importNapCat(network: Connection, file: string): ImportOutcome {
  const servers: Record<string, FileValue> = {};
  const bots: Record<string, FileValue> = {};
  const taken: number[] = [];
  for (const { name, url, token } of enabled(network['websocketClients'])) {
    addEntry(servers, String(name), { url: String(url), ...tokenAs('access_token', token) });
    taken.push(...portsOf(String(url)));
  }
  for (const { name, url, token } of enabled(network['httpClients'])) {
    addEntry(servers, String(name), { protocol: 'http', url: String(url), ...tokenAs('secret', token) });
    taken.push(...portsOf(String(url)));
  }
  const [forward] = enabled(network['websocketServers']);
  const [api] = enabled(network['httpServers']);
  for (const each of [forward, api]) if (each !== undefined) taken.push(Number(each['port']));
  const dialsOut = Object.keys(servers).length > 0;
  if (!dialsOut && forward !== undefined) {
    const account = /^onebot11_(\d+)\.json$/.exec(basename(file))?.[1];
    const token = tokenAs('access_token', forward['token']);
    bots['napcat'] = {
      url: `ws://127.0.0.1:${forward['port']}/`,
      ...(account === undefined ? {} : { self_id: account }),
      ...token,
    };
    addEntry(servers, 'app', { protocol: 'listen', ...token });
  }
  const isEmpty = Object.keys(servers).length === 0;
  return {
    kind: 'imported',
    program: 'NapCat',
    settings: { server_list: servers, ...(Object.keys(bots).length === 0 ? {} : { bots }) },
    takenPorts: taken,
    notes: [
      ...(isEmpty ? [text`no connection is enabled in it: it names no server`] : []),
      ...(dialsOut && (forward ?? api) !== undefined
        ? [
            text`applications that dial NapCat itself can go on, or dial the bridge: they need an entry with protocol: listen then`,
          ]
        : []),
      ...('napcat' in bots
        ? [text`NapCat is dialled as before; what dialled it dials the port of the bridge now (server app)`]
        : []),
    ],
  };
}

function enabled(list: unknown): Connection[] {
  return Array.isArray(list) ? list.filter((each: Connection | null) => each?.['enable'] === true) : [];
}

function tokenAs(key: string, token: unknown): Record<string, string> {
  return typeof token === 'string' && token !== '' ? { [key]: token } : {};
}

function portsOf(url: string): number[] {
  const port = localPort(url);
  return port === undefined ? [] : [port];
}
