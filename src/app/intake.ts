import type { EventIntake } from '../bots/types.ts';
import type { QuickOperations } from '../calls/quick-operations.ts';
import type { EventLog } from '../log/types.ts';
import type { OneBotEvent } from '../onebot/bot-frame.ts';
import type { Router } from '../routing/router.ts';
import type { Fleet } from '../servers/fleet.ts';
import type { Tails } from './tails.ts';

export interface IntakeOptions {
  readonly router: Router;
  readonly log: EventLog;
  readonly fleet: Fleet;
  readonly quickOperations: QuickOperations;
  readonly tails: Tails;
}

/**
 * The way of an event from its bot to the servers: the router names the cursors it is for, the log takes it once,
 * and each worker reads it there. Lifecycle and heartbeat events go straight to the links that are up.
 */
export class Intake implements EventIntake {
  readonly #log: EventLog;
  readonly #fleet: Fleet;
  readonly #quickOperations: QuickOperations;
  readonly #tails: Tails;
  #router: Router;

  constructor({ router, log, fleet, quickOperations, tails }: IntakeOptions) {
    this.#router = router;
    this.#log = log;
    this.#fleet = fleet;
    this.#quickOperations = quickOperations;
    this.#tails = tails;
  }

  /** Takes up the routes of a changed `server_list`. */
  configure(router: Router): void {
    this.#router = router;
  }

  accept(event: OneBotEvent): Promise<void> {
    return this.#take(event, false);
  }

  acceptReport(event: OneBotEvent): Promise<Buffer | undefined> {
    // The reporter keeps the event when it is told that it could not be made safe.
    const append = () => this.#take(event, true);
    const mayAnswer = this.#router.posts && this.#quickOperations.mayAnswer(event);
    return mayAnswer ? this.#quickOperations.during(event, append) : append().then(noOperation);
  }

  #take(event: OneBotEvent, mustBeSafe: boolean): Promise<void> {
    this.#tails.incoming(event);
    if (event.kind === 'report') return this.#log.append(event, this.#router.route(event), { mustBeSafe });
    this.#fleet.relay(event);
    return RELAYED;
  }
}

const RELAYED = Promise.resolve();

function noOperation(): undefined {
  return undefined;
}
