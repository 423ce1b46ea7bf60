import type { LinkFacts, LinkSeen } from '../servers/types.ts';
import { text } from '../support/text.ts';
import { causeOf } from './peer-words.ts';
import { QueueGrowth } from './queue-growth.ts';
import type { LinkCondition, MachineOptions, Standing, Trouble } from './types.ts';

/** The state of a link without the time at which it began. */
type Judgement = Pick<Standing<LinkCondition>, 'state' | 'cause' | 'cure'>;

/**
 * The state of one link to a server, by the facts that its worker reports.
 *
 * | state | begins | ends |
 * | --- | --- | --- |
 * | `refusing` | three refusals in a row; three links in a row that the peer closed right after the handshake | an event is taken; a handshake succeeds; a link holds for 5 s; `reconnect` |
 * | `unreachable` | a connection can't be made, or is lost | a connection stands, or an answer comes |
 * | `slow` | an event is not answered in time; the queue grows for over a minute; an event waits for over a minute on a link that is up | an event is taken; the queue has shrunk |
 * | `up` | the connection stands, or an event was taken | |
 * | `idle` | nothing was tried yet, or nobody has dialled in | |
 *
 * A heartbeat that is refused or not answered counts like an event, until an event is taken. A heartbeat that is taken
 * does not end a state that events have caused.
 */
export class LinkMachine implements LinkFacts {
  readonly #now: MachineOptions['now'];
  readonly #mask: MachineOptions['mask'];
  /** True when one of the next three fields is set. Each delivery only looks at this field, which is cheap. */
  #isTroubled = false;
  #refusals = 0;
  #refusal: Trouble | undefined;
  /** The last refused or unanswered event was a heartbeat. */
  #isMetaTrouble = false;
  /**
   * The server refuses or ignores heartbeats, but has taken an event in the meantime. From then on its failures with
   * heartbeats say nothing about the link.
   */
  #onlyMetaFails = false;
  #isUnanswered = false;
  /** Why there is no connection. */
  #failure: Trouble | undefined;
  /** How many links in a row the peer has closed within {@link HOLD_MS} after the handshake. */
  #earlyCloses = 0;
  #earlyClose: Trouble | undefined;
  #connectedAt: number | undefined;
  readonly #growth = new QueueGrowth();
  #standing: Standing<LinkCondition> | undefined;

  constructor({ now, mask }: MachineOptions) {
    this.#now = now;
    this.#mask = mask;
  }

  delivered(): void {
    if (!this.#isTroubled) return;
    if (this.#isMetaTrouble) this.#onlyMetaFails = true;
    this.#recover();
  }

  refused(trouble: Trouble): void {
    this.#isMetaTrouble = false;
    this.#isTroubled = true;
    this.#failure = undefined;
    this.#isUnanswered = false;
    this.#refusals += 1;
    this.#refusal = trouble;
  }

  unanswered(): void {
    this.#recover();
    this.#isTroubled = true;
    this.#isUnanswered = true;
  }

  metaPosted(end: 'taken' | 'unanswered' | Trouble): void {
    const isOfEvent = !this.#isMetaTrouble && (this.#isUnanswered || this.#refusal !== undefined);
    if (end === 'taken') this.#onlyMetaFails = false;
    if (isOfEvent || this.#onlyMetaFails) {
      // The server can be reached. What it did with the last event counts until it takes an event: many servers accept
      // every heartbeat, or none.
      this.#failure = undefined;
    } else if (end === 'taken') {
      this.#recover();
    } else {
      if (end === 'unanswered') this.unanswered();
      else this.refused(end);
      this.#isMetaTrouble = true;
    }
  }

  connected(): void {
    this.#recover();
    this.#connectedAt = this.#now();
  }

  failed(trouble: Trouble): void {
    this.#isTroubled = true;
    this.#failure = trouble;
    this.#connectedAt = undefined;
  }

  refusedHandshake(trouble: Trouble): void {
    this.refused(trouble);
    this.failed(trouble);
  }

  closed(trouble: Trouble, { isTooLarge }: { readonly isTooLarge: boolean }): void {
    const heldMs = this.#now() - (this.#connectedAt ?? Number.NEGATIVE_INFINITY);
    this.failed(trouble);
    // A close because of a too large frame does not mean that the peer refuses the link.
    if (isTooLarge || heldMs >= HOLD_MS) {
      this.#earlyCloses = 0;
      return;
    }
    this.#earlyCloses += 1;
    this.#earlyClose = trouble;
  }

  reset(): void {
    this.#recover();
    this.#onlyMetaFails = false;
    this.#earlyCloses = 0;
    this.#connectedAt = undefined;
    this.#growth.reset();
  }

  standing(seen: LinkSeen): Standing<LinkCondition> {
    const now = this.#now();
    this.#look(seen, now);
    const judgement = this.#judge(seen, now);
    const before = this.#standing;
    if (before !== undefined && isSame(before, judgement)) return before;
    this.#standing = { ...judgement, since: before?.state === judgement.state ? before.since : now };
    return this.#standing;
  }

  #recover(): void {
    this.#isTroubled = false;
    this.#refusals = 0;
    this.#refusal = undefined;
    this.#isMetaTrouble = false;
    this.#isUnanswered = false;
    this.#failure = undefined;
  }

  #look({ state, isPaused, isHeld = false, queuedEvents }: LinkSeen, now: number): void {
    if (state === 'up' && !isPaused && !isHeld) this.#growth.sample(queuedEvents, now);
    else this.#growth.reset();
    if (this.#connectedAt !== undefined && now - this.#connectedAt >= HOLD_MS) this.#earlyCloses = 0;
  }

  #judge(seen: LinkSeen, now: number): Judgement {
    if (this.#earlyCloses >= IN_A_ROW && this.#earlyClose !== undefined)
      return this.#told('refusing', this.#earlyClose);
    if (this.#refusals >= IN_A_ROW && this.#refusal !== undefined) return this.#told('refusing', this.#refusal);
    if (this.#failure !== undefined) return this.#told('unreachable', this.#failure);
    if (this.#isUnanswered) return UNANSWERED;
    if (seen.state !== 'up') return this.#withoutLink(seen);
    if (this.#growth.grows) return GROWING;
    if (isBehind(seen, now)) return BEHIND;
    // One refusal does not make the state `refusing`, but the operator should see it.
    return this.#refusal === undefined ? UP : this.#told('up', this.#refusal);
  }

  /** The state while no link is up and nothing has failed. */
  #withoutLink({ state, listens }: LinkSeen): Judgement {
    // The HTTP server has answered: it asks to be tried later.
    if (state === 'waiting' && this.#refusal !== undefined) return this.#told('up', this.#refusal);
    if (listens) return NOBODY;
    return state === 'idle' ? NOTHING_SENT : CONNECTING;
  }

  #told(state: LinkCondition, trouble: Trouble): Judgement {
    return { state, cause: causeOf(trouble, this.#mask), cure: trouble.cure };
  }
}

/** Whether the state is the one of the last look. Fast, since thousands of links may be looked at each second. */
function isSame(before: Judgement, { state, cause, cure }: Judgement): boolean {
  return before.state === state && before.cause === cause && before.cure === cure;
}

/** Whether an event has waited for over a minute, and the link was up all the time. */
function isBehind({ since, oldestAt, isPaused, isHeld }: LinkSeen, now: number): boolean {
  return oldestAt !== undefined && !isPaused && !isHeld && now - Math.max(oldestAt, since) > BEHIND_MS;
}

/** So many refusals in a row make a server `refusing`. */
const IN_A_ROW = 3;

/** A peer that keeps a link open for so long after the handshake does not refuse it. */
const HOLD_MS = 5_000;

const BEHIND_MS = 60_000;

const UP: Judgement = { state: 'up' };

const NOTHING_SENT: Judgement = { state: 'idle', cause: text`nothing has been sent yet` };

const CONNECTING: Judgement = { state: 'idle', cause: text`the bridge is connecting` };

const SEE_WHY = text`see why it takes long: its own log, its load, its handlers; http servers also have timeout and concurrency`;

const UNANSWERED: Judgement = {
  state: 'slow',
  cause: text`it has not answered the last event in time`,
  cure: SEE_WHY,
};

const GROWING: Judgement = {
  state: 'slow',
  cause: text`what waits for it has been growing for over a minute`,
  cure: SEE_WHY,
};

const BEHIND: Judgement = {
  state: 'slow',
  cause: text`an event has been waiting for it for over a minute`,
  cure: SEE_WHY,
};

const NOBODY: Judgement = {
  state: 'idle',
  cause: text`nobody has dialled in`,
  cure: text`start the application, and let it dial the bridge's port with the access_token of this entry`,
};
