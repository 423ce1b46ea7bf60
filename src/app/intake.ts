import type { EventIntake } from '../bots/types.ts';
import type { QuickOperations } from '../calls/quick-operations.ts';
import { LogUnavailableError } from '../log/log-unavailable-error.ts';
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
  /** Events that came during a change of the config. Undefined while there is no change. */
  #held: HeldEvents | undefined;

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

  get router(): Router {
    return this.#router;
  }

  /** From now on events wait in memory and reach no cursor, until {@link release}. */
  hold(): void {
    this.#held ??= { appends: [], bytes: 0 };
  }

  /** Takes in the events that came since {@link hold}, in their order, by the new routes. */
  release(): void {
    const held = this.#held;
    this.#held = undefined;
    for (const append of held?.appends ?? []) append();
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
    if (event.kind === 'report') {
      return this.#held === undefined ? this.#append(event, mustBeSafe) : this.#keep(this.#held, event, mustBeSafe);
    }
    this.#fleet.relay(event);
    return RELAYED;
  }

  #append(event: OneBotEvent, mustBeSafe: boolean): Promise<void> {
    return this.#log.append(event, this.#router.route(event), { mustBeSafe });
  }

  #keep(held: HeldEvents, event: OneBotEvent, mustBeSafe: boolean): Promise<void> {
    held.bytes += event.bytes.length;
    if (held.bytes > MAX_HELD_BYTES) return Promise.reject(new LogUnavailableError('the config is being changed'));
    return new Promise((resolve, reject) => {
      held.appends.push(() => this.#append(event, mustBeSafe).then(resolve, reject));
    });
  }
}

interface HeldEvents {
  readonly appends: (() => void)[];
  bytes: number;
}

/** More than comes during the milliseconds in which a reload moves waiting events. A slow disk makes them longer. */
const MAX_HELD_BYTES = 64 * 1024 * 1024;

const RELAYED = Promise.resolve();

function noOperation(): undefined {
  return undefined;
}
