import type { ReverseSession } from './reverse-session.ts';
import type { BotStatus, SessionStatus } from './types.ts';

/** One account and its sessions: one WebSocket per role, and the place it reports from by HTTP. */
export class Bot {
  readonly selfId: string;
  /** In the order they came. */
  readonly #sessions: ReverseSession[] = [];
  #reporter: SessionStatus | undefined;
  #events = 0;
  #lastEventAt: number | undefined;

  constructor(selfId: string) {
    this.selfId = selfId;
  }

  get online(): boolean {
    return this.#sessions.length > 0 || this.#reporter !== undefined;
  }

  /** Whether no event can come twice: it is a single WebSocket that brings them. */
  get hasOneSource(): boolean {
    return this.#reporter === undefined && this.#sessions.length <= 1;
  }

  /** Takes a session in; returns the one of the same role that it replaces. */
  attach(session: ReverseSession): ReverseSession | undefined {
    const replaced = this.#sessions.find(({ role }) => role === session.role);
    if (replaced !== undefined) this.detach(replaced);
    this.#sessions.push(session);
    return replaced;
  }

  detach(session: ReverseSession): void {
    const at = this.#sessions.indexOf(session);
    if (at >= 0) this.#sessions.splice(at, 1);
  }

  has(session: ReverseSession): boolean {
    return this.#sessions.includes(session);
  }

  /** The newest session that takes calls: a `Universal` or an `API` one. */
  callSession(): ReverseSession | undefined {
    return this.#sessions.findLast((session) => session.takesCalls);
  }

  sessions(): readonly ReverseSession[] {
    return [...this.#sessions];
  }

  /** Notes that an HTTP report came; true for the first from there. */
  reportedFrom({ remote, userAgent }: { remote: string; userAgent?: string }): boolean {
    const host = remote.slice(0, remote.lastIndexOf(':'));
    if (this.#reporter?.remote === host) return false;
    this.#reporter = {
      kind: 'http-report',
      role: 'Event',
      remote: host,
      since: Date.now(),
      ...(userAgent === undefined ? {} : { userAgent }),
    };
    return true;
  }

  countEvent(): void {
    this.#events += 1;
    this.#lastEventAt = Date.now();
  }

  status(): BotStatus {
    const sessions = this.#sessions.map((session) => session.status());
    return {
      selfId: this.selfId,
      online: this.online,
      sessions: this.#reporter === undefined ? sessions : [...sessions, this.#reporter],
      events: this.#events,
      ...(this.#lastEventAt === undefined ? {} : { lastEventAt: this.#lastEventAt }),
    };
  }
}
