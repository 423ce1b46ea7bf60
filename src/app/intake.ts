import type { EventIntake } from '../bots/types.ts';
import type { QuickOperations } from '../calls/quick-operations.ts';
import type { EventLog } from '../log/types.ts';
import type { OneBotEvent } from '../onebot/bot-frame.ts';
import type { Router } from '../routing/router.ts';
import type { Fleet } from '../servers/fleet.ts';

export interface IntakeOptions {
  readonly router: Router;
  readonly log: EventLog;
  readonly fleet: Fleet;
  readonly quickOperations: QuickOperations;
}

/**
 * The way of an event from its bot to the servers: the router names the cursors it is for, the log takes it once,
 * and each worker reads it there. Lifecycle and heartbeat events go straight to the links that are up.
 */
export class Intake implements EventIntake {
  readonly #log: EventLog;
  readonly #fleet: Fleet;
  readonly #quickOperations: QuickOperations;
  #router: Router;

  constructor({ router, log, fleet, quickOperations }: IntakeOptions) {
    this.#router = router;
    this.#log = log;
    this.#fleet = fleet;
    this.#quickOperations = quickOperations;
  }

  /** Takes up the routes of a changed `server_list`. */
  configure(router: Router): void {
    this.#router = router;
  }

  accept(event: OneBotEvent): Promise<void> {
    if (event.kind === 'report') return this.#log.append(event, this.#router.route(event));
    this.#fleet.relay(event);
    return RELAYED;
  }

  acceptReport(event: OneBotEvent): Promise<Buffer | undefined> {
    return this.#quickOperations.during(event, () => this.accept(event));
  }
}

const RELAYED = Promise.resolve();
