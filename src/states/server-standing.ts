import type { LinkStatus, ServerStatus } from '../servers/types.ts';
import { inEnglish, text } from '../support/text.ts';
import { type LinkCondition, SERVER_STATES, type ServerStanding, type Standing } from './types.ts';

/** A server's state. `since` is set where the server has one link, and is the time of that link. */
export type ServerJudgement = Omit<ServerStanding, 'since'> & { readonly since?: number };

/**
 * Decides the state of a server by the states of its links: the first that applies of disabled, paused, refusing,
 * unreachable, slow, up, idle. A server with several links is `up` while one of them is up.
 */
export function judgeServer(server: ServerStatus): ServerJudgement {
  if (!server.enabled) return { state: 'disabled', linkState: 'idle', cure: text`set enabled: true to use it` };
  const links = judgeLinks(server);
  if (!server.paused) return { ...links, linkState: links.state };
  return {
    state: 'paused',
    linkState: links.state,
    cause: text`paused by the operator: its events wait, as long as max_age lets them`,
    cure: text`type resume ${server.name} when it may have them`,
  };
}

type LinksJudgement = Omit<Standing<LinkCondition>, 'since'> & { readonly since?: number };

function judgeLinks({ links, connections, protocol }: ServerStatus): LinksJudgement {
  // The application only makes calls, or it dialled in before any bot came.
  const isDialledIn = connections !== undefined && connections.length > 0;
  if (links.length === 0) {
    if (isDialledIn) return { state: 'up' };
    return protocol === 'listen' ? NOT_DIALLED_IN : { state: 'idle', cause: NO_BOT };
  }
  const worst = links.reduce((one, other) => (rank(other) < rank(one) ? other : one));
  if (links.length === 1) return isDialledIn && worst.standing.state === 'idle' ? { state: 'up' } : worst.standing;
  const isUp = isDialledIn || links.some(({ standing }) => standing.state === 'up');
  const bad = links.filter(({ standing: { state } }) => state !== 'up' && state !== 'idle');
  if (!isUp && haveOneCause(links)) return worst.standing;
  if (!isUp) return partly(worst.standing.state, worst, links.length);
  return bad.length === 0 ? { state: 'up' } : partly('up', worst, bad.length);
}

/** Whether all links have the same state and cause. The cause is then said of the server, without naming a bot. */
function haveOneCause(links: readonly LinkStatus[]): boolean {
  const causes = links.map(
    ({ standing: { state, cause } }) => `${state} ${cause === undefined ? '' : inEnglish(cause)}`,
  );
  return new Set(causes).size === 1;
}

/** Says which of several links the cause belongs to. */
function partly(state: LinkCondition, { selfId, standing }: LinkStatus, count: number): LinksJudgement {
  const { cause, cure } = standing;
  const whose = text`link of bot ${selfId ?? ''}: ${cause ?? standing.state}`;
  const others = count - 1;
  return {
    state,
    cause: others === 0 ? whose : text`${whose} (and ${others} more)`,
    ...(cure === undefined ? {} : { cure }),
  };
}

/** The lower the rank, the more the state counts. */
function rank({ standing }: LinkStatus): number {
  return SERVER_STATES.indexOf(standing.state);
}

const NO_BOT = text`no bot has come yet, so there is no link`;

const NOT_DIALLED_IN: LinksJudgement = {
  state: 'idle',
  cause: text`nobody has dialled in`,
  cure: text`start the application, and let it dial the bridge's port with the access_token of this entry`,
};
