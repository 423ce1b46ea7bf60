import type { Config, ServerConfig } from '../../config/types.ts';

/**
 * For each server that goes on after a change of the config: its old name and its new name. A server that is not listed
 * has been removed.
 *
 * An application is recognised by its protocol and address, or by its token where it dials in. So its events follow it
 * when the server is renamed, or when two servers swap names or addresses. A server whose address is new is recognised
 * by its name.
 */
export function serverMoves(before: Config | undefined, next: Config): ReadonlyMap<string, string> {
  const moves = new Map<string, string>();
  const old = [...(before?.servers ?? new Map<string, ServerConfig>()).values()];
  for (const server of old) if (isSamePlace(server, next.servers.get(server.name))) moves.set(server.name, server.name);
  const free = [...next.servers.values()].filter(({ name }) => !moves.has(name));
  for (const server of old) {
    if (moves.has(server.name)) continue;
    const at = free.findIndex((candidate) => isSamePlace(server, candidate));
    const found = at < 0 ? next.servers.get(server.name) : free.splice(at, 1)[0];
    if (found !== undefined) moves.set(server.name, found.name);
  }
  return moves;
}

function isSamePlace(old: ServerConfig, now: ServerConfig | undefined): boolean {
  if (now === undefined || old.protocol !== now.protocol) return false;
  if (old.protocol === 'listen' || now.protocol === 'listen') return old.accessToken === now.accessToken;
  return old.url === now.url;
}

/** Renames a set of server names, such as the paused ones, by `moves`. */
export function movedNames(names: Iterable<string>, moves: ReadonlyMap<string, string>): ReadonlySet<string> {
  const taken = new Set(moves.values());
  const moved = [...names].flatMap((name) => moves.get(name) ?? (taken.has(name) ? [] : [name]));
  return new Set(moved);
}
