/** What the oracle found wrong with one server, and what it counted. */
export interface Account {
  /** First arrivals. */
  arrived: number;
  /** Came again. */
  duplicates: number;
  /** Came for the first time after a later one of the same bot. */
  outOfOrder: number;
  /** Not what was sent, byte for byte. */
  corrupt: number;
  /** Promised, waited for to the deadline, and never came. */
  lost: number;
}

export interface Arrival {
  readonly server: string;
  readonly selfId: string;
  readonly n: number;
  readonly isIntact: boolean;
}

/**
 * Accounts for every event at every server. Bots number their events from 1; an event is promised once the bridge has
 * answered it 204, or once it is known by other means that it must arrive.
 *
 * What is settled is forgotten up to a water mark, so that a run of hours needs no more memory than one of seconds.
 */
export class Oracle {
  readonly accounts = new Map<string, Account>();
  /** The first things that went wrong, in words. */
  readonly complaints: string[] = [];
  promised = 0;
  readonly #servers: readonly string[];
  /** Per bot: promised and not yet forgotten. */
  readonly #promises = new Map<string, Set<number>>();
  /** Per server and bot. */
  readonly #arrivals = new Map<string, { seen: Set<number>; last: number; forgottenTo: number }>();

  constructor(servers: readonly string[]) {
    this.#servers = servers;
    for (const name of servers) {
      this.accounts.set(name, { arrived: 0, duplicates: 0, outOfOrder: 0, corrupt: 0, lost: 0 });
    }
  }

  promise(selfId: string, n: number): void {
    const numbers = this.#promises.get(selfId) ?? new Set();
    this.#promises.set(selfId, numbers.add(n));
    this.promised += 1;
  }

  arrived({ server, selfId, n, isIntact }: Arrival): void {
    const account = this.#accountOf(server);
    const arrivals = this.#arrivalsOf(server, selfId);
    if (!isIntact) {
      account.corrupt += 1;
      this.#complain(`${server} got event ${n} of ${selfId} changed`);
    }
    if (n <= arrivals.forgottenTo || arrivals.seen.has(n)) {
      account.duplicates += 1;
      return;
    }
    arrivals.seen.add(n);
    account.arrived += 1;
    if (n < arrivals.last) {
      account.outOfOrder += 1;
      this.#complain(`${server} got event ${n} of ${selfId} after ${arrivals.last}`);
    } else {
      arrivals.last = n;
    }
  }

  hasArrived(server: string, selfId: string, n: number): boolean {
    const { seen, forgottenTo } = this.#arrivalsOf(server, selfId);
    return n <= forgottenTo || seen.has(n);
  }

  /** How many promised events these servers still lack. */
  missing(servers: readonly string[] = this.#servers): number {
    return servers.reduce((sum, server) => sum + [...this.#missingAt(server)].length, 0);
  }

  /** Counts as lost what is still missing, and says which. */
  writeOff(servers: readonly string[] = this.#servers): void {
    for (const server of servers) {
      for (const [selfId, n] of this.#missingAt(server)) {
        this.#accountOf(server).lost += 1;
        this.#complain(`${server} never got event ${n} of ${selfId}`);
      }
    }
  }

  /** To be called when nothing is under way: forgets all up to the newest that were promised. */
  forget(): void {
    for (const [selfId, promised] of this.#promises) {
      const newest = Math.max(0, ...this.#servers.map((server) => this.#arrivalsOf(server, selfId).last));
      for (const server of this.#servers) {
        const arrivals = this.#arrivalsOf(server, selfId);
        arrivals.seen.clear();
        arrivals.forgottenTo = newest;
      }
      promised.clear();
    }
  }

  total(key: keyof Account): number {
    return [...this.accounts.values()].reduce((sum, account) => sum + account[key], 0);
  }

  *#missingAt(server: string): Iterable<[selfId: string, n: number]> {
    for (const [selfId, promised] of this.#promises) {
      for (const n of promised) if (!this.hasArrived(server, selfId, n)) yield [selfId, n];
    }
  }

  #accountOf(server: string): Account {
    const account = this.accounts.get(server);
    if (account === undefined) throw new Error(`no server ${server}`);
    return account;
  }

  #arrivalsOf(server: string, selfId: string): { seen: Set<number>; last: number; forgottenTo: number } {
    const key = `${server}/${selfId}`;
    const known = this.#arrivals.get(key);
    if (known !== undefined) return known;
    const fresh = { seen: new Set<number>(), last: 0, forgottenTo: 0 };
    this.#arrivals.set(key, fresh);
    return fresh;
  }

  #complain(text: string): void {
    if (this.complaints.length < MAX_COMPLAINTS) this.complaints.push(text);
  }
}

const MAX_COMPLAINTS = 20;
