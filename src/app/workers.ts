import { frameLimitText } from '../operator/queue-report.ts';
import { stateWords } from '../operator/state-words.ts';
import type { BridgeStatus, WorkerStatus } from '../operator/types.ts';
import { steadyNow } from '../support/clock.ts';
import { remarks, text, type Words } from '../support/text.ts';

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
    ...bots.map(({ selfId, state, since, cause, cure, heldUntil }) => ({
      name: text`bot ${selfId}`,
      state,
      since,
      detail: remarks([cause, cure, heldText(heldUntil)].filter((part) => part !== undefined)),
    })),
    ...bots.flatMap(({ selfId, sessions }) =>
      sessions.map(({ kind, role, remote, since }) => ({
        name: text`bot ${`${selfId} ${SESSION_NAMES[kind] ?? role}`}`,
        state: 'up',
        since,
        detail: remote,
      })),
    ),
    ...dialled.map(({ name, state, since, url, standing: { cause } }) => ({
      name: `bots.${name}`,
      state,
      since,
      detail: remarks([url, ...(cause === undefined ? [] : [cause])]),
    })),
    ...servers.flatMap(({ name, url, state, since, cause, links, frameLimitBytes }) => [
      {
        name: text`server ${name}`,
        state,
        since,
        detail: remarks([
          url ?? text`dials in`,
          ...(cause === undefined ? [] : [cause]),
          ...(frameLimitBytes === undefined ? [] : [frameLimitText(frameLimitBytes)]),
        ]),
      },
      ...links.map((link) => ({
        name: text`server ${name} / ${link.selfId ?? text`all`}`,
        state: link.state,
        since: link.since,
        detail: text`${stateWords(link.standing.state)}; ${link.queuedEvents} queued, ${link.inFlight} under way`,
      })),
    ]),
  ];
}

function heldText(heldUntil: number | undefined): Words | undefined {
  if (heldUntil === undefined) return undefined;
  const seconds = Math.max(0, Math.ceil((heldUntil - steadyNow()) / 1000));
  return text`its events wait for a session that takes calls, for at most ${seconds} s more`;
}
