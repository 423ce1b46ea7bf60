import type { BotsConfig } from '../config/types.ts';
import { isPlausibleWallClock } from '../support/clock.ts';
import { Bot, type KnownOfBot } from './bot.ts';
import { roleOf } from './dialled-bot.ts';
import { type KnownBotsFile, MAX_BOTS } from './known-bots-file.ts';
import type { BotFacts } from './types.ts';

/** Why a bot is not forgotten. */
export type ForgetRefusal =
  | { readonly kind: 'unknown' | 'online' }
  /** The config has the bot, under `name` in `bots`. */
  | { readonly kind: 'configured'; readonly name: string };

/**
 * All known bots: those that came in this run or an earlier one, and those that the config names.
 *
 * A bot that has not come for 30 days is forgotten, unless the config names it.
 */
export class BotRegistry {
  readonly #file: KnownBotsFile;
  readonly #bots = new Map<string, Bot>();
  /** Bots that the config names, with the name of each. */
  readonly #configured = new Map<string, string>();
  readonly #sweep: NodeJS.Timeout;
  readonly #account: BotFacts['account'];

  constructor({ file, config, account }: BotRegistryOptions) {
    this.#file = file;
    this.#account = account;
    for (const known of file.read()) this.#make(known.selfId, known);
    this.#forgetOld();
    this.configure(config);
    this.#sweep = setInterval(() => this.#onSweep(), SWEEP_MS).unref();
  }

  /** Takes up the bots that the config names. Returns the bots that were not known before. */
  configure({ dialled }: BotsConfig): readonly Bot[] {
    this.#configured.clear();
    const added: Bot[] = [];
    for (const { name, selfId, url, apiUrl } of dialled.values()) {
      if (selfId === undefined) continue;
      this.#configured.set(selfId, name);
      if (this.#bots.has(selfId)) continue;
      const takesCalls = apiUrl !== undefined || (url !== undefined && roleOf(new URL(url)) !== 'Event');
      added.push(this.#make(selfId, { takesCalls }));
    }
    return added;
  }

  get(selfId: string): Bot | undefined {
    return this.#bots.get(selfId);
  }

  all(): readonly Bot[] {
    return [...this.#bots.values()];
  }

  /** Finds the bot with this id, or makes it. Undefined when there are too many bots and none may be forgotten. */
  obtain(selfId: string): Bot | undefined {
    const known = this.#bots.get(selfId);
    if (known !== undefined) return known;
    if (this.#bots.size >= MAX_BOTS && !this.#forgetOldest()) return undefined;
    return this.#make(selfId);
  }

  /**
   * Call this when a fact about a bot has changed that is kept over a restart.
   *
   * @param isUrgent True for all facts but the time at which a bot was last seen.
   */
  changed(isUrgent: boolean): void {
    this.#file.changed(this.#snapshot, isUrgent);
  }

  /** Why the bot can't be forgotten. Undefined where it can. */
  refusalToForget(selfId: string): ForgetRefusal | undefined {
    const bot = this.#bots.get(selfId);
    if (bot === undefined) return { kind: 'unknown' };
    if (bot.online) return { kind: 'online' };
    const name = this.#configured.get(selfId);
    return name === undefined ? undefined : { kind: 'configured', name };
  }

  forget(selfId: string): void {
    this.#bots.delete(selfId);
    this.changed(true);
  }

  /** Settles when the known bots are on disk, or could not be written. */
  async flush(): Promise<void> {
    await this.#file.flush();
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    if (this.all().some((bot) => bot.wasSeen)) this.changed(false);
    await this.flush();
  }

  readonly #snapshot = () =>
    this.all().flatMap(({ selfId, takesCalls, lastSeenAt }) =>
      lastSeenAt === undefined ? [] : [{ selfId, takesCalls, lastSeenAt }],
    );

  #make(selfId: string, known?: KnownOfBot): Bot {
    const bot = new Bot(selfId, this.#account(selfId), known);
    this.#bots.set(selfId, bot);
    return bot;
  }

  #onSweep(): void {
    this.#forgetOld();
    // Keeps the time on disk recent. After a crash a bot that was online for a month would otherwise seem to have been
    // away for a month.
    if (this.all().some((bot) => bot.online)) this.changed(false);
  }

  #forgetOld(): void {
    const now = Date.now();
    // A clock that shows 1970 or 2099 can't tell how long a bot has been away.
    if (!isPlausibleWallClock(now)) return;
    for (const { selfId, lastSeenAt = now } of this.#forgettable()) {
      if (isPlausibleWallClock(lastSeenAt) && now - lastSeenAt > FORGOTTEN_AFTER_MS) this.forget(selfId);
    }
  }

  #forgetOldest(): boolean {
    let oldest: Bot | undefined;
    for (const bot of this.#forgettable()) {
      if ((bot.lastSeenAt ?? 0) < (oldest?.lastSeenAt ?? Number.POSITIVE_INFINITY)) oldest = bot;
    }
    return oldest !== undefined && this.#bots.delete(oldest.selfId);
  }

  #forgettable(): readonly Bot[] {
    return this.all().filter((bot) => !bot.online && !this.#configured.has(bot.selfId));
  }
}

export interface BotRegistryOptions {
  readonly file: KnownBotsFile;
  readonly config: BotsConfig;
  /** Makes the object that takes up what a bot says of its account. */
  readonly account: BotFacts['account'];
}

const FORGOTTEN_AFTER_MS = 30 * 24 * 60 * 60_000;
const SWEEP_MS = 60 * 60_000;
