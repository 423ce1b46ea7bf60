import type { RateLimitConfig } from '../config/types.ts';
import type { SendTarget } from '../onebot/send-target.ts';
import { TokenBuckets } from './token-buckets.ts';

/** A sending call that needs a token. */
export interface LimitedSend {
  readonly selfId: string;
  readonly target: SendTarget;
  /** Whose turn it takes. */
  readonly server: string;
  /** What it holds while it waits. */
  readonly bytes: number;
  /** Its turn has come. */
  go(): void;
}

/**
 * `rate_limit`: what all servers together may have a bot send, in all and to one group.
 *
 * What can't go at once waits in a lane of its server. The lanes of a bot take turns, so that a server which sends much
 * holds up no other; within a lane the order is kept. How long a call waits at most is the caller's business, who
 * takes it back by {@link RateLimiter.remove}.
 */
export class RateLimiter {
  readonly #now: () => number;
  /** By bot. */
  readonly #queues = new Map<string, BotQueue>();
  #waitingBytes = 0;
  #perBot: TokenBuckets | undefined;
  #perGroup: TokenBuckets | undefined;

  /** @param now Milliseconds of a clock that never jumps. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Takes up changed rates, with full buckets. */
  configure(limits: RateLimitConfig | undefined): void {
    this.#perBot = limits?.perBot && new TokenBuckets(limits.perBot);
    this.#perGroup = limits?.perGroup && new TokenBuckets(limits.perGroup);
    for (const [selfId, queue] of this.#queues) this.#drain(selfId, queue);
  }

  /** Lets it go, at once or in its turn. False when so much waits that it can't. */
  submit(send: LimitedSend): boolean {
    if (this.#waitingBytes + send.bytes > MAX_WAITING_BYTES) return false;
    this.#waitingBytes += send.bytes;
    const queue = this.#queues.get(send.selfId) ?? { lanes: new Map<string, LimitedSend[]>(), timer: undefined };
    this.#queues.set(send.selfId, queue);
    const lane = queue.lanes.get(send.server);
    if (lane === undefined) queue.lanes.set(send.server, [send]);
    else lane.push(send);
    this.#drain(send.selfId, queue);
    return true;
  }

  /** Takes it back, unless it has gone. */
  remove(send: LimitedSend): void {
    const queue = this.#queues.get(send.selfId);
    const lane = queue?.lanes.get(send.server);
    const at = lane?.indexOf(send) ?? -1;
    if (queue === undefined || lane === undefined || at < 0) return;
    lane.splice(at, 1);
    this.#waitingBytes -= send.bytes;
    if (lane.length === 0) queue.lanes.delete(send.server);
    // Another one is first now, and may be for a group that has tokens.
    if (at === 0) this.#drain(send.selfId, queue);
  }

  /** Lets go what may go, one of each lane in turn, and comes back when the next may. */
  #drain(selfId: string, queue: BotQueue): void {
    let waitMs: number;
    do {
      waitMs = Number.POSITIVE_INFINITY;
      for (const [server, lane] of [...queue.lanes]) {
        const [first] = lane;
        if (first === undefined) continue;
        const laneWaitMs = this.#waitMs(first);
        if (laneWaitMs === 0) this.#release(queue, server, lane);
        waitMs = Math.min(waitMs, laneWaitMs);
      }
    } while (waitMs === 0);
    clearTimeout(queue.timer);
    queue.timer = undefined;
    if (queue.lanes.size === 0) this.#queues.delete(selfId);
    else queue.timer = setTimeout(() => this.#drain(selfId, queue), Math.ceil(waitMs));
  }

  #release(queue: BotQueue, server: string, lane: LimitedSend[]): void {
    const send = lane.shift();
    if (send === undefined) return;
    // Behind the others.
    queue.lanes.delete(server);
    if (lane.length > 0) queue.lanes.set(server, lane);
    this.#waitingBytes -= send.bytes;
    this.#count(send);
    send.go();
  }

  #count({ selfId, target }: LimitedSend): void {
    const now = this.#now();
    this.#perBot?.take(selfId, now);
    if (target.groupId !== undefined) this.#perGroup?.take(groupKey(selfId, target.groupId), now);
  }

  #waitMs({ selfId, target }: LimitedSend): number {
    const now = this.#now();
    const botMs = this.#perBot?.waitMs(selfId, now) ?? 0;
    if (target.groupId === undefined) return botMs;
    return Math.max(botMs, this.#perGroup?.waitMs(groupKey(selfId, target.groupId), now) ?? 0);
  }
}

interface BotQueue {
  /** By server; the first has the next turn. */
  readonly lanes: Map<string, LimitedSend[]>;
  timer: NodeJS.Timeout | undefined;
}

/** Frames that wait, over all bots; more are answered 1429 at once. */
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

function groupKey(selfId: string, groupId: string): string {
  return `${selfId}/${groupId}`;
}
