import { frameLimitText } from '../operator/queue-report.ts';
import type { BridgeStatus, WorkerStatus } from '../operator/types.ts';
import { remarks, text } from '../support/text.ts';

/** Of those that have no role of their own. */
const SESSION_NAMES: Readonly<Record<string, string>> = { 'http-report': 'HTTP', 'http-api': 'HTTP API' };

/** Every worker and link of the bridge with its state, for `debug thread`. */
export function listWorkers({
  address,
  phase,
  startedAt,
  bots,
  dialled,
  servers,
}: BridgeStatus): readonly WorkerStatus[] {
  return [
    { name: text`port`, state: phase, since: startedAt, detail: address },
    ...bots.flatMap(({ selfId, sessions }) =>
      sessions.map(({ kind, role, remote, since }) => ({
        name: text`bot ${`${selfId} ${SESSION_NAMES[kind] ?? role}`}`,
        state: 'up',
        since,
        detail: remote,
      })),
    ),
    ...dialled.map(({ name, state, since, url, lastError }) => ({
      name: `bots.${name}`,
      state,
      since,
      detail: remarks([url, ...(lastError === undefined ? [] : [lastError])]),
    })),
    ...servers.flatMap(({ name, url, links, frameLimitBytes }) =>
      links.map((link) => ({
        name: text`server ${link.selfId === undefined ? name : `${name} / ${link.selfId}`}`,
        state: link.state,
        since: link.since,
        detail: remarks([
          text`${link.lastError ?? url ?? text`dials in`}; ${link.queuedEvents} queued, ${link.inFlight} under way`,
          ...(frameLimitBytes === undefined ? [] : [frameLimitText(frameLimitBytes)]),
        ]),
      })),
    ),
  ];
}
