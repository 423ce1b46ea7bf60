import { isDeepStrictEqual } from 'node:util';
import type { BotsConfig, DialledBotConfig } from '../config/types.ts';
import { ApiBot, type DialledBot, type DialledBotOptions, ForwardBot } from './dialled-bot.ts';
import type { DialledBotStatus } from './types.ts';

interface Entry {
  readonly config: DialledBotConfig;
  readonly ways: readonly DialledBot[];
}

/** The bots of the config that the bridge dials or calls. */
export class DialledBots {
  readonly #options: Omit<DialledBotOptions, 'config' | 'maxPayloadBytes'>;
  readonly #entries = new Map<string, Entry>();

  constructor(options: Omit<DialledBotOptions, 'config' | 'maxPayloadBytes'>) {
    this.#options = options;
  }

  /** Starts those that are new, stops those that are gone; what is the same stays as it is. */
  async configure({ dialled, maxPayloadBytes }: BotsConfig): Promise<void> {
    const gone = [...this.#entries].filter(([name, { config }]) => !isDeepStrictEqual(config, dialled.get(name)));
    for (const [name] of gone) this.#entries.delete(name);
    await Promise.all(gone.map(([, entry]) => stop(entry)));
    for (const [name, config] of dialled) {
      if (this.#entries.has(name)) continue;
      const options = { ...this.#options, config, maxPayloadBytes };
      const ways = [
        ...(config.url === undefined ? [] : [new ForwardBot(config.url, options)]),
        ...(config.apiUrl === undefined ? [] : [new ApiBot(config.apiUrl, options)]),
      ];
      this.#entries.set(name, { config, ways });
      for (const way of ways) way.start();
    }
  }

  /** If a bot waits for its next try, tries at once. */
  retry(): void {
    for (const { ways } of this.#entries.values()) for (const way of ways) way.retry();
  }

  /** Whether any dialled bot has not named its account yet. */
  get isAnyAsking(): boolean {
    return this.statuses().some(({ state }) => state === 'asking');
  }

  statuses(): readonly DialledBotStatus[] {
    return [...this.#entries.values()].flatMap(({ ways }) => ways.map((way) => way.status()));
  }

  async stop(): Promise<void> {
    const entries = [...this.#entries.values()];
    this.#entries.clear();
    await Promise.all(entries.map(stop));
  }
}

async function stop({ ways }: Entry): Promise<void> {
  await Promise.all(ways.map((way) => way.stop()));
}
