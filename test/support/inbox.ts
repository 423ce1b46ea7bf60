export interface TakeOptions {
  /** How long to wait for the item. Default 10 s. */
  readonly deadlineMs?: number;
}

interface Waiter<T> {
  readonly match: (item: T) => boolean;
  readonly resolve: (item: T) => void;
}

/** Everything a fake has received, in order, and a way to wait for what has not come yet. */
export class Inbox<T> {
  /** All items since the start, taken or not. */
  readonly all: T[] = [];
  readonly #name: string;
  readonly #untaken: T[] = [];
  readonly #waiters = new Set<Waiter<T>>();

  /** @param name Said in the error when an awaited item doesn't come. */
  constructor(name: string) {
    this.#name = name;
  }

  push(item: T): void {
    this.all.push(item);
    for (const waiter of this.#waiters) {
      if (!waiter.match(item)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(item);
      return;
    }
    this.#untaken.push(item);
  }

  /** The oldest item that matches and was not taken yet; waits for it. What it passes over stays for later takes. */
  async take(match: (item: T) => boolean = () => true, options: TakeOptions = {}): Promise<T> {
    const index = this.#untaken.findIndex(match);
    if (index >= 0) return this.#untaken.splice(index, 1)[0] as T;
    const { deadlineMs = 10_000 } = options;
    return await new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiters.delete(waiter);
        reject(new Error(`${this.#name}: nothing came within ${deadlineMs} ms for ${match}; untaken: ${this.#list()}`));
      }, deadlineMs);
      const waiter: Waiter<T> = {
        match,
        resolve: (item) => {
          clearTimeout(timer);
          resolve(item);
        },
      };
      this.#waiters.add(waiter);
    });
  }

  /** Forgets what was not taken and hands it out. */
  drain(): T[] {
    return this.#untaken.splice(0);
  }

  #list(): string {
    const shown = this.#untaken.slice(-10).map((item) => JSON.stringify(item)?.slice(0, 300));
    return `${this.#untaken.length} [${shown.join(', ')}]`;
  }
}
