import type { LinkSeen } from '../../src/servers/types.ts';

/** A clock that the test moves, and a mask for the secret `hunter2`. */
export class TestClock {
  ms = 1_700_000_000_000;
  readonly now = (): number => this.ms;
  readonly mask = (text: string): string => text.replaceAll('hunter2', '***');

  pass(ms: number): void {
    this.ms += ms;
  }
}

export function linkSeen(clock: TestClock, seen: Partial<LinkSeen> = {}): LinkSeen {
  return { state: 'up', since: clock.ms, queuedEvents: 0, isPaused: false, ...seen };
}
