/**
 * The keys of older QQBridge files, turned into today's with a warning. Nothing else in the bridge knows of them.
 *
 * Until 2023 QQBridge.py reported by HTTP alone, took reports on `post_host:post_port` under the path `post_url`, and
 * posted to `http://host:port/url`. Later it had `websocket`, `host` and `port`; its README spelt the first one
 * `webscocket`, and the older manual spelt `post_url` as `post_utl`.
 */
import { text } from '../support/text.ts';
import type { Findings } from './findings.ts';
import { type MapNode, nodeAt } from './yaml-tree.ts';

const RENAMED = [
  ['webscocket', 'websocket'],
  ['post_host', 'host'],
  ['post_port', 'port'],
] as const;

const DROPPED = ['post_url', 'post_utl'] as const;

/** Rewrites older keys in `root`. */
export function migrate(root: MapNode, findings: Findings): void {
  const { entries } = root;
  const oldest = [...entries].find(([key]) => key.startsWith('post_'))?.[1];
  for (const [old, name] of RENAMED) rename(root, { old, name }, findings);
  for (const old of DROPPED) {
    const value = entries.get(old);
    if (value === undefined) continue;
    entries.delete(old);
    findings.warn({ place: value.place, path: [old] }, text`is not needed any more: reports are taken on every path`);
  }
  if (oldest !== undefined && !entries.has('websocket')) {
    entries.set('websocket', { kind: 'text', place: oldest.place, text: 'false' });
    findings.warn(
      { place: oldest.place, path: ['websocket'] },
      text`is taken as false: a file with post_* keys is for HTTP`,
    );
  }
  const servers = nodeAt(root, ['server_list']);
  if (servers?.kind !== 'map') return;
  for (const [name, server] of servers.entries) if (server.kind === 'map') moveUrlToPath(name, server, findings);
}

function rename(root: MapNode, names: { readonly old: string; readonly name: string }, findings: Findings): void {
  const { old, name } = names;
  const value = root.entries.get(old);
  if (value === undefined) return;
  root.entries.delete(old);
  const isGiven = root.entries.has(name);
  if (!isGiven) root.entries.set(name, value);
  const words = isGiven
    ? text`is an old or misspelt name of ${name} and is left out, since ${name} is given too`
    : text`is an old or misspelt name of ${name} and is taken as ${name}; rename it`;
  findings.warn({ place: value.place, path: [old] }, words);
}

/** `url: post` was a path. Beside a `path`, or without a `port`, it can't be one of that age: the schema judges it. */
function moveUrlToPath(name: string, server: MapNode, findings: Findings): void {
  const url = server.entries.get('url');
  const isPath =
    url?.kind === 'text' && !url.text.includes('://') && (url.text.startsWith('/') || server.entries.has('port'));
  if (!isPath || server.entries.has('path')) return;
  const path = `/${url.text.replace(/^\/+/, '')}`;
  server.entries.delete('url');
  server.entries.set('path', { ...url, text: path });
  findings.warn(
    { place: url.place, path: ['server_list', name, 'url'] },
    text`holds a path only and is taken as path; rename it`,
  );
}
