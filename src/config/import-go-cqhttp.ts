import { text } from '../support/text.ts';
import type { FileValue } from './compose.ts';
import type { ImportOutcome } from './import-settings.ts';
import { addEntry, localPort } from './server-names.ts';

type Section = Readonly<Record<string, unknown>>;

/**
 * go-cqhttp's `config.yml` (version 1): whom it dialled by `ws-reverse` or posted to becomes a server of the bridge; where
 * it only listened (`ws`, `http`), the bridge dials it.
 */
export function importGoCqhttp(data: Section, sections: readonly unknown[]): ImportOutcome {
  const defaults = asMap(data['default-middlewares']);
  const servers: Record<string, FileValue> = {};
  const bot: Record<string, FileValue> = {};
  const taken: number[] = [];
  let token = textOf(defaults['access-token']);
  let hasFilter = textOf(defaults['filter']) !== '';
  for (const [kind, section] of sections.flatMap((each) => Object.entries(asMap(each)))) {
    const given = asMap(section);
    if (given['disabled'] === true) continue;
    const middlewares = asMap(given['middlewares']);
    token ||= textOf(middlewares['access-token']);
    hasFilter ||= textOf(middlewares['filter']) !== '';
    if (kind === 'ws-reverse') addReverse(servers, given, textOf(middlewares['access-token']) || token);
    if (kind === 'http') addPosts(servers, given);
    const address = addressOf(given, kind);
    if (address === undefined) continue;
    taken.push(...[localPort(address)].filter((port) => port !== undefined));
    if (kind === 'ws') bot['url'] ??= address;
    if (kind === 'http') bot['api_url'] ??= address;
  }
  taken.push(...Object.values(servers).flatMap((server) => localPort(String((server as Section)['url'])) ?? []));
  const dialsOut = Object.keys(servers).length > 0;
  const isDialled = !dialsOut && bot['url'] !== undefined;
  const shown = token === '' ? {} : { access_token: token };
  return {
    kind: 'imported',
    program: 'go-cqhttp',
    settings: {
      ...(dialsOut ? shown : {}),
      server_list: isDialled ? { app: { protocol: 'listen', ...shown } } : servers,
      ...(isDialled ? { bots: { 'go-cqhttp': { ...bot, ...shown } } } : {}),
    },
    takenPorts: taken,
    notes: [
      ...(dialsOut || isDialled ? [] : [text`no connection is set in it: it names no server`]),
      ...(isDialled
        ? [text`go-cqhttp is dialled as before; what dialled it dials the port of the bridge now (server app)`]
        : []),
      ...(hasFilter
        ? [text`it has an event filter: the subcommand init --filter FILE prints it in the form of the bridge`]
        : []),
    ],
  };
}

function addReverse(servers: Record<string, FileValue>, given: Section, token: string): void {
  const url = textOf(given['universal']) || textOf(given['event']);
  if (isAddress(url)) addEntry(servers, 'app', { url, ...(token === '' ? {} : { access_token: token }) });
}

function addPosts(servers: Record<string, FileValue>, given: Section): void {
  const posts = Array.isArray(given['post']) ? given['post'] : [];
  for (const post of posts.map(asMap)) {
    const url = textOf(post['url']);
    const secret = textOf(post['secret']);
    if (isAddress(url)) addEntry(servers, 'web', { protocol: 'http', url, ...(secret === '' ? {} : { secret }) });
  }
}

/** Where it listens. Older files have host and port apart, newer ones an `address`. */
function addressOf(given: Section, kind: string): string | undefined {
  if (kind !== 'ws' && kind !== 'http') return undefined;
  const address = textOf(given['address']) || `${textOf(given['host'])}:${textOf(given['port'])}`;
  const port = /:(\d+)$/.exec(address)?.[1];
  if (port === undefined) return undefined;
  const host = address.slice(0, -port.length - 1);
  return `${kind}://${host === '' || host === '0.0.0.0' ? '127.0.0.1' : host}:${port}/`;
}

/** The template that go-cqhttp writes has placeholders, such as `ws://your_websocket_universal.server`. */
function isAddress(url: string): boolean {
  return URL.canParse(url) && !/your_websocket/.test(url);
}

function asMap(value: unknown): Section {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Section) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
