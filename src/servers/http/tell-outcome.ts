import type { HttpServerConfig } from '../../config/types.ts';
import { adviceFor } from '../../support/advice.ts';
import { refusalProblem } from '../../support/refusal-problem.ts';
import { refusalTrouble } from '../../support/trouble.ts';
import type { LinkFacts } from '../types.ts';
import type { Outcome } from './outcome.ts';

/** Tells whoever judges the state of a server what came of one POST. */
export function tellOutcome(facts: LinkFacts, outcome: Outcome, config: HttpServerConfig): void {
  switch (outcome.kind) {
    case 'answered':
      if (outcome.status >= 200 && outcome.status < 300) facts.delivered();
      else facts.refused(refusalOf(outcome, config));
      break;
    case 'unanswered':
      facts.unanswered();
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

/** An answer may be a whole web page. */
const MAX_SAID_BYTES = 1_024;
