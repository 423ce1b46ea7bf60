import type { BridgeStatus, WorkerStatus } from '../operator/types.ts';

/** Every worker and link of the bridge with its state, for `debug thread`. */
export function listWorkers({ address, phase, startedAt, bots, servers }: BridgeStatus): readonly WorkerStatus[] {
  return [
    { name: 'port', state: phase, since: startedAt, detail: address },
    ...bots.flatMap(({ selfId, sessions }) =>
      sessions.map(({ kind, role, remote, since }) => ({
        name: `bot ${selfId} ${kind === 'http-report' ? 'HTTP' : role}`,
        state: 'up',
        since,
        detail: remote,
      })),
    ),
    ...servers.flatMap(({ name, url, links }) =>
      links.map((link) => ({
        name: link.selfId === undefined ? `server ${name}` : `server ${name} / ${link.selfId}`,
        state: link.state,
        since: link.since,
        detail: `${link.lastError ?? url ?? 'dials in'}; ${link.queuedEvents} queued, ${link.inFlight} under way`,
      })),
    ),
  ];
}
