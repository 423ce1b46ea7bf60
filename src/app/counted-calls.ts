import type { CallStatus } from '../calls/types.ts';
import type { ServerStatus } from '../servers/types.ts';

/**
 * Corrects the number of calls of each server. Its worker only counts calls on its own links. The desk knows all calls,
 * also those by HTTP on the port and those on a WebSocket that gets no events: their token or path names the server.
 */
export function withCalls(servers: readonly ServerStatus[], calls: readonly CallStatus[]): readonly ServerStatus[] {
  const made = new Map(calls.map(({ server, outcomes }) => [server, sumOf(Object.values(outcomes))]));
  return servers.map((server) => {
    const all = Math.max(server.counts.calls, made.get(server.name) ?? 0);
    return all === server.counts.calls ? server : { ...server, counts: { ...server.counts, calls: all } };
  });
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
