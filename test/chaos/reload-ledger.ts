import type { Arrival } from './oracle.ts';

/** Which bots' events an application has to get now; `unsure` while that is being changed. */
export type Seen = ((selfId: string) => boolean) | 'unsure';

interface Account {
  seen: Seen;
  /** Counts the changes of `seen`. */
  epoch: number;
  /** Counts what may make an event come twice. */
  disturbances: number;
  /** Something that may make events come twice goes on. */
  openDisturbances: number;
  /** Its queue is so small that events are dropped. */
  isTight: boolean;
  /** The bridge was killed: what it had dropped just before may be there again. */
  wasKilled: boolean;
  readonly bots: Map<string, BotAccount>;
}

interface BotAccount {
  /** Have to arrive. */
  readonly promised: Set<number>;
  /** Must not arrive: they came while the application was not there, or did not see the bot. */
  readonly foreign: Set<number>;
  /** Arrived, with the disturbances up to then. */
  readonly arrived: Map<number, number>;
  /** Refused, and a dead letter. */
  readonly letters: Set<number>;
  /** Were a dead letter once: they come behind later ones. */
  readonly late: Set<number>;
  /** Need not arrive, whatever is promised later. */
  readonly waived: Set<number>;
  last: number;
  forgottenTo: number;
}

/**
 * Accounts for every event at every application while the config changes: which must come, which must not, which may come twice, and in
 * which order. Bots number their events from 1.
 */
export class ReloadLedger {
  /** The first things that went wrong, in words. */
  readonly complaints: string[] = [];
  promised = 0;
  duplicates = 0;
  /** Dropped for the sake of a queue's bounds. */
  dropped = 0;
  letters = 0;
  readonly #accounts = new Map<string, Account>();
  /** Of the events that are being sent: the epochs of the applications when that began. */
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

  /** The bridge has taken it. */
  promise(selfId: string, n: number): void {
    const epochs = this.#sending.get(`${selfId} ${n}`);
    this.#sending.delete(`${selfId} ${n}`);
    this.promised += 1;
    for (const [at, account] of [...this.#accounts.values()].entries()) {
      // The config has changed in between: it may come or not.
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

  /** The application has refused it: it is a dead letter now. */
  refused(server: string, selfId: string, n: number): void {
    const bot = botOf(this.#accountOf(server), selfId);
    bot.letters.add(n);
    bot.late.add(n);
    this.letters += 1;
  }

  hasLetters(application: string): boolean {
    return [...this.#accountOf(application).bots.values()].some(({ letters }) => letters.size > 0);
  }

  /** Its dead letters were thrown away. */
  lettersDropped(application: string): void {
    for (const { letters, waived } of this.#accountOf(application).bots.values()) {
      for (const n of letters) waived.add(n);
      letters.clear();
    }
  }

  /** What has not arrived yet may be lost, as with server-sent events when the bridge is killed. */
  excuse(application: string): void {
    const account = this.#accountOf(application);
    account.epoch += 1; // Also of what is on its way.
    for (const { promised, arrived, waived } of account.bots.values()) {
      for (const n of promised) if (!arrived.has(n)) waived.add(n);
    }
  }

  /** From now on events may be dropped for it, until all is settled. */
  tighten(application: string): void {
    this.#accountOf(application).isTight = true;
  }

  /** The bridge has been killed. */
  killed(): void {
    for (const account of this.#accounts.values()) account.wasKilled = true;
  }

  /** Something goes on that makes its events come twice; ended by what is returned. */
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

  /** How many events have still to come. */
  missing(): number {
    let missing = 0;
    for (const account of this.#accounts.values()) if (!account.isTight) missing += missingOf(account).length;
    return missing;
  }

  /** To be called when nothing is under way: counts what is missing, and forgets all up to the newest. */
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
