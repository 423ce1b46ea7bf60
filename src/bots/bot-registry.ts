import type { BotsConfig } from '../config/types.ts';
import { isPlausibleWallClock } from '../support/clock.ts';
import { Bot, type KnownOfBot } from './bot.ts';
import { roleOf } from './dialled-bot.ts';
import { type KnownBotsFile, MAX_BOTS } from './known-bots-file.ts';
import type { BotFacts } from './types.ts';

/** Why a bot is not forgotten. */
export type ForgetRefusal =
  | { readonly kind: 'unknown' | 'online' }
  /** It stands in the config, under that name in `bots`. */
  | { readonly kind: 'configured'; readonly name: string };

/**
 * All bots that are known: those that have been seen in this run or an earlier one, and those that the config names.
 *
 * A bot that nobody has seen for 30 days is forgotten; one that the config names never is.
 */
export class BotRegistry {
  readonly #file: KnownBotsFile;
  readonly #bots = new Map<string, Bot>();
  /** The names of those in the config. */
  readonly #configured = new Map<string, string>();
  readonly #sweep: NodeJS.Timeout;
  readonly #account: BotFacts['account'];

  constructor({ file, config, account }: BotRegistryOptions) {
    this.#file = file;
    this.#account = account;
    for (const known of file.read()) this.#make(known.selfId, known);
    this.#forgetOld();
    this.configure(config);
    this.#sweep = setInterval(() => this.#tend(), SWEEP_MS).unref();
  }

  /** Takes up which bots the config names; returns those that were not known before. */
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

  /** The bot of that id, made when it is new; undefined when there are too many, all of them online. */
  obtain(selfId: string): Bot | undefined {
    const known = this.#bots.get(selfId);
    if (known !== undefined) return known;
    if (this.#bots.size >= MAX_BOTS && !this.#forgetOldest()) return undefined;
    return this.#make(selfId);
  }

  /** Something that is kept over a restart has changed. @param isUrgent More than the time when a bot was last seen. */
  changed(isUrgent: boolean): void {
    this.#file.changed(this.#snapshot, isUrgent);
  }

  /** Why that bot can't be forgotten; undefined where it can. */
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

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    if (this.all().some((bot) => bot.wasSeen)) this.changed(false);
    await this.#file.close();
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

  #tend(): void {
    this.#forgetOld();
    // So that after a crash it does not look as if a bot that has been online for a month was last seen then.
    if (this.all().some((bot) => bot.online)) this.changed(false);
  }

  #forgetOld(): void {
    const now = Date.now();
    // A clock that stands in 1970 or 2099 tells nothing of how long a bot has been away.
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
  /** Makes what is told what a bot says of its account. */
  readonly account: BotFacts['account'];
}

const FORGOTTEN_AFTER_MS = 30 * 24 * 60 * 60_000;
const SWEEP_MS = 60 * 60_000;
