/** Bots that left, of which something is kept for a while: they may be back soon, and events may still wait. */
export class Lingering {
  readonly #checks = new Map<string, NodeJS.Timeout>();

  /** The bot is back. */
  stays(selfId: string): void {
    clearInterval(this.#checks.get(selfId));
    this.#checks.delete(selfId);
  }

  /** Asks every {@link LINGER_MS} whether the bot may go, and lets it when it may. */
  leaves(selfId: string, { mayGo, go }: { readonly mayGo: () => boolean; readonly go: () => void }): void {
    this.stays(selfId);
    const check = setInterval(() => {
      if (!mayGo()) return;
      this.stays(selfId);
      go();
    }, LINGER_MS);
    this.#checks.set(selfId, check);
  }

  stop(): void {
    for (const selfId of [...this.#checks.keys()]) this.stays(selfId);
  }
}

const LINGER_MS = 60_000;
