import type { CallStatus } from '../calls/types.ts';
import type { ServerStatus } from '../servers/types.ts';

/**
 * The servers with all calls that each has made. Its worker counts those on its links; calls by HTTP on the port, and on a
 * WebSocket that gets no events, are known to the desk alone, by the token or the path that says whose they are.
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
