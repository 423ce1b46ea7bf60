import type { HttpServerConfig } from '../../config/types.ts';
import { adviceFor } from '../../support/advice.ts';
import { refusalProblem } from '../../support/refusal-problem.ts';
import { refusalTrouble } from '../../support/trouble.ts';
import type { LinkFacts } from '../types.ts';
import type { Outcome } from './outcome.ts';

export interface PostedOutcome {
  readonly outcome: Outcome;
  /** Whether an event of the log was posted, or a lifecycle or heartbeat event. */
  readonly posted: 'event' | 'meta';
}

/** Reports the outcome of one POST to the machine that decides the state of the link. */
export function tellOutcome(facts: LinkFacts, { outcome, posted }: PostedOutcome, config: HttpServerConfig): void {
  switch (outcome.kind) {
    case 'answered': {
      const trouble = outcome.status >= 200 && outcome.status < 300 ? undefined : refusalOf(outcome, config);
      if (posted === 'meta') facts.metaPosted(trouble ?? 'taken');
      else if (trouble === undefined) facts.delivered();
      else facts.refused(trouble);
      break;
    }
    case 'unanswered':
      if (posted === 'meta') facts.metaPosted('unanswered');
      else facts.unanswered();
      break;
    case 'unreachable':
    case 'broken':
      facts.failed({ words: outcome.reason, cure: adviceFor(outcome.reason) });
  }
}

function refusalOf({ status, body, location }: Extract<Outcome, { kind: 'answered' }>, config: HttpServerConfig) {
  const hasToken = config.accessToken !== undefined || config.secret !== undefined;
  const said = body.subarray(0, MAX_SAID_BYTES).toString();
  return { ...refusalTrouble(refusalProblem(status, { by: 'http', hasToken, location })), said };
}

/** An answer may be a whole web page, so only its beginning is kept. */
const MAX_SAID_BYTES = 1_024;
