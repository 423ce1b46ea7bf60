import type { Arrival } from './oracle.ts';

/** The bots whose events an application has to get now. `unsure` during a change. */
export type Seen = ((selfId: string) => boolean) | 'unsure';

interface Account {
  seen: Seen;
  /** Counts the changes of `seen`. */
  epoch: number;
  /** Counts incidents that may make an event come twice. */
  disturbances: number;
  /** The number of such incidents that still go on. */
  openDisturbances: number;
  /** The queue is so small that events are dropped. */
  isTight: boolean;
  /** The bridge was killed: events that it had dropped just before may be there again. */
  wasKilled: boolean;
  readonly bots: Map<string, BotAccount>;
}

interface BotAccount {
  /** Events that have to arrive. */
  readonly promised: Set<number>;
  /** Events that must not arrive: when they came, the application was not configured or did not see the bot. */
  readonly foreign: Set<number>;
  /** Events that arrived, with the number of disturbances until then. */
  readonly arrived: Map<number, number>;
  /** Events that the application refused, and that are dead letters now. */
  readonly letters: Set<number>;
  /** Events that were dead letters once. They come after later events. */
  readonly late: Set<number>;
  /** Events that need not arrive, even if they are promised later. */
  readonly waived: Set<number>;
  last: number;
  forgottenTo: number;
}

/**
 * Keeps a record of every event for every application while the config changes: which must come, which must not, which
 * may come twice, and in which order. Bots number their events from 1.
 */
export class ReloadLedger {
  /** The first faults, in words. */
  readonly complaints: string[] = [];
  promised = 0;
  duplicates = 0;
  /** Events that were dropped because of a queue's limits. */
  dropped = 0;
  letters = 0;
  readonly #accounts = new Map<string, Account>();
  /** For events that are being sent: the epoch of each application when the bot began to send. */
  readonly #sending = new Map<string, readonly number[]>();

  constructor(applications: readonly string[]) {
    for (const name of applications) {
      this.#accounts.set(name, {
        seen: () => true,
        epoch: 0,
        disturbances: 0,
        openDisturbances: 0,
        isTight: false,
        wasKilled: false,
        bots: new Map(),
      });
    }
  }

  see(application: string, seen: Seen): void {
    const account = this.#accountOf(application);
    account.seen = seen;
    account.epoch += 1;
  }

  /** A bot begins to send an event. */
  sending(selfId: string, n: number): void {
    this.#sending.set(
      `${selfId} ${n}`,
      [...this.#accounts.values()].map(({ epoch }) => epoch),
    );
  }

  /** The bridge has acknowledged the event. */
  promise(selfId: string, n: number): void {
    const epochs = this.#sending.get(`${selfId} ${n}`);
    this.#sending.delete(`${selfId} ${n}`);
    this.promised += 1;
    for (const [at, account] of [...this.#accounts.values()].entries()) {
      // The config has changed in between, so the event may come or not.
      if (account.seen === 'unsure' || epochs?.[at] !== account.epoch) continue;
      const { promised, foreign } = botOf(account, selfId);
      if (account.seen(selfId)) promised.add(n);
      else foreign.add(n);
    }
  }

  arrived({ server, selfId, n, isIntact }: Arrival): void {
    const account = this.#accountOf(server);
    const bot = botOf(account, selfId);
    if (!isIntact) this.complain(`${server} got event ${n} of ${selfId} changed`);
    bot.letters.delete(n);
    const disturbances = bot.arrived.get(n);
    bot.arrived.set(n, account.disturbances);
    if (disturbances !== undefined || n <= bot.forgottenTo) {
      this.duplicates += 1;
      if (disturbances === account.disturbances && account.openDisturbances === 0)
        this.complain(`${server} got event ${n} of ${selfId} twice, and nothing had happened to it`);
      return;
    }
    if (bot.late.has(n) || (account.isTight && account.wasKilled)) return;
    if (n < bot.last) this.complain(`${server} got event ${n} of ${selfId} after ${bot.last}`);
    else bot.last = n;
  }

  /** The application has refused the event, which is a dead letter now. */
  refused(server: string, selfId: string, n: number): void {
    const bot = botOf(this.#accountOf(server), selfId);
    bot.letters.add(n);
    bot.late.add(n);
    this.letters += 1;
  }

  hasLetters(application: string): boolean {
    return [...this.#accountOf(application).bots.values()].some(({ letters }) => letters.size > 0);
  }

  /** The application's dead letters were dropped. */
  lettersDropped(application: string): void {
    for (const { letters, waived } of this.#accountOf(application).bots.values()) {
      for (const n of letters) waived.add(n);
      letters.clear();
    }
  }

  /** Events that have not arrived yet may be lost, as with server-sent events when the bridge is killed. */
  excuse(application: string): void {
    const account = this.#accountOf(application);
    account.epoch += 1; // Also of what is on its way.
    for (const { promised, arrived, waived } of account.bots.values()) {
      for (const n of promised) if (!arrived.has(n)) waived.add(n);
    }
  }

  /** From now on events of this application may be dropped, until {@link close}. */
  tighten(application: string): void {
    this.#accountOf(application).isTight = true;
  }

  /** The bridge has been killed. */
  killed(): void {
    for (const account of this.#accounts.values()) account.wasKilled = true;
  }

  /** Begins an incident that may make the application's events come twice. The returned function ends it. */
  beginDisturbance(application: string): () => void {
    const account = this.#accountOf(application);
    account.openDisturbances += 1;
    account.disturbances += 1;
    return () => {
      account.openDisturbances -= 1;
      account.disturbances += 1;
    };
  }

  /** The bridge has ended a connection. */
  cutOff(application: string): void {
    if (this.#accountOf(application).openDisturbances === 0)
      this.complain(`a link of ${application} was cut, and nothing had happened to it`);
  }

  /** How many promised events have not arrived yet. */
  missing(): number {
    let missing = 0;
    for (const account of this.#accounts.values()) if (!account.isTight) missing += missingOf(account).length;
    return missing;
  }

  /** Call this when nothing is under way: reports missing events, and forgets all events up to the newest. */
  close(): void {
    for (const [name, account] of this.#accounts) {
      const missing = missingOf(account);
      if (account.isTight) this.dropped += missing.length;
      else for (const [selfId, n] of missing) this.complain(`${name} never got event ${n} of ${selfId}`);
      account.isTight = false;
      account.wasKilled = false;
    }
    this.#sending.clear();
    this.#forget();
  }

  complain(words: string): void {
    if (this.complaints.length < MAX_COMPLAINTS) this.complaints.push(words);
  }

  #forget(): void {
    for (const [name, { bots }] of this.#accounts) {
      for (const [selfId, bot] of bots) {
        for (const n of bot.foreign)
          if (bot.arrived.has(n)) this.complain(`${name} got the foreign event ${n} of ${selfId}`);
        const newest = Math.max(
          0,
          ...[...this.#accounts.values()].map((each) => botOf(each, selfId).last),
          bot.forgottenTo,
        );
        for (const set of [bot.promised, bot.foreign, bot.arrived, bot.letters, bot.late, bot.waived]) set.clear();
        bot.forgottenTo = newest;
      }
    }
  }

  #accountOf(application: string): Account {
    const account = this.#accounts.get(application);
    if (account === undefined) throw new Error(`no application ${application}`);
    return account;
  }
}

function missingOf({ bots }: Account): readonly (readonly [selfId: string, n: number])[] {
  return [...bots].flatMap(([selfId, { promised, arrived, waived }]) =>
    [...promised].filter((n) => !arrived.has(n) && !waived.has(n)).map((n) => [selfId, n] as const),
  );
}

function botOf({ bots }: Account, selfId: string): BotAccount {
  let bot = bots.get(selfId);
  if (bot === undefined) {
    bot = {
      promised: new Set(),
      foreign: new Set(),
      arrived: new Map(),
      letters: new Set(),
      late: new Set(),
      waived: new Set(),
      last: 0,
      forgottenTo: 0,
    };
    bots.set(selfId, bot);
  }
  return bot;
}

const MAX_COMPLAINTS = 20;
