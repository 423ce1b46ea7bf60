import type { DialFacts, DialSeen } from '../bots/types.ts';
import { text } from '../support/text.ts';
import { causeOf } from './peer-words.ts';
import type { BotState, MachineOptions, Standing, Trouble } from './types.ts';

/**
 * The state of one entry of `bots`: a bot that the bridge dials or calls.
 *
 * | state | begins | ends |
 * | --- | --- | --- |
 * | `refused` | the bot refuses the token, by a status, a close or a frame with retcode 1403; another account answers | a connection holds for 2 s without a refusal, or an answer comes; a connection can't be made |
 * | `unreachable` | a connection can't be made, or is lost | a connection stands, or an answer comes |
 * | `online` | the connection stands | |
 * | `away` | nothing was tried yet | |
 */
export class DialMachine implements DialFacts {
  readonly #now: MachineOptions['now'];
  readonly #mask: MachineOptions['mask'];
  #refusal: Trouble | undefined;
  /** The refusal came on the connection that is open now. */
  #isRefusedNow = false;
  #failure: Trouble | undefined;
  #connectedAt: number | undefined;
  #standing: Standing<BotState> | undefined;

  constructor({ now, mask }: MachineOptions) {
    this.#now = now;
    this.#mask = mask;
  }

  connected(): void {
    this.#failure = undefined;
    this.#isRefusedNow = false;
    this.#connectedAt = this.#now();
  }

  answered(): void {
    this.#failure = undefined;
    this.#refusal = undefined;
    this.#isRefusedNow = false;
  }

  refused(trouble: Trouble): void {
    this.#refusal = trouble;
    this.#isRefusedNow = true;
    this.#failure = undefined;
  }

  /** No connection can be made, so an earlier refusal is not the present state. */
  failed(trouble: Trouble): void {
    this.#connectedAt = undefined;
    this.#refusal = undefined;
    this.#isRefusedNow = false;
    this.#failure = trouble;
  }

  closed(trouble: Trouble): void {
    this.#settle();
    this.#connectedAt = undefined;
    this.#isRefusedNow = false;
    if (this.#refusal === undefined) this.#failure = trouble;
  }

  standing(seen: DialSeen): Standing<BotState> {
    this.#settle();
    const judgement = this.#judge(seen);
    const before = this.#standing;
    this.#standing = { ...judgement, since: before?.state === judgement.state ? before.since : this.#now() };
    return this.#standing;
  }

  /** Ends a refusal after the connection has held without a new one. */
  #settle(): void {
    const isHolding = this.#connectedAt !== undefined && this.#now() - this.#connectedAt >= HOLD_MS;
    if (isHolding && !this.#isRefusedNow) this.#refusal = undefined;
  }

  #judge({ isUp }: DialSeen): Omit<Standing<BotState>, 'since'> {
    if (this.#refusal !== undefined) return this.#told('refused', this.#refusal);
    if (this.#failure !== undefined) return this.#told('unreachable', this.#failure);
    return isUp ? { state: 'online' } : { state: 'away', cause: text`the bridge is connecting` };
  }

  #told(state: BotState, trouble: Trouble): Omit<Standing<BotState>, 'since'> {
    return { state, cause: causeOf(trouble, this.#mask), cure: trouble.cure };
  }
}

/** A bot that refuses the token says so and closes the connection within moments. */
const HOLD_MS = 2_000;
