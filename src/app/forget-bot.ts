import type { Bots } from '../bots/bots.ts';
import type { EventLog } from '../log/types.ts';
import type { ForgetOutcome } from '../operator/types.ts';
import type { Fleet } from '../servers/fleet.ts';
import type { Logger } from '../support/logger.ts';
import type { WaitingEvents } from './waiting-events.ts';

/** The parts of the bridge that know a bot. */
export interface ForgettingParts {
  readonly bots: Bots;
  readonly fleet: Fleet;
  readonly log: EventLog;
  readonly waitingEvents: WaitingEvents;
  readonly logger: Logger;
}

/** Forgets a bot that is gone for good, with its links and what waits of it. Settles when that is on disk. */
export async function forgetBot(selfId: string, parts: ForgettingParts): Promise<ForgetOutcome> {
  const { bots, fleet, log, waitingEvents, logger } = parts;
  const refusal = bots.refusalToForget(selfId);
  if (refusal !== undefined) return refusal;
  await fleet.forget(selfId);
  // The bot may have come in the meantime.
  const late = bots.refusalToForget(selfId);
  if (late !== undefined) return late;
  const events = waitingEvents.forgetBot(selfId);
  await bots.forget(selfId);
  await log.flush();
  logger.info('a bot is forgotten', { bot: selfId, events });
  return { kind: 'forgotten', events };
}
