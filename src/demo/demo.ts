/**
 * A bot and three applications that exist nowhere but here, to see the bridge at work without QQ. They speak OneBot 11
 * over real sockets, and know nothing of the bridge but its port. `src/app/demo.ts` starts the bridge between them.
 */
import type { Logger } from '../support/logger.ts';
import { SimulatedHttpServer } from './http-server.ts';
import { SimulatedListenApplication } from './listen-application.ts';
import { Outages } from './outages.ts';
import { SimulatedBot } from './simulated-bot.ts';
import type { Pace, SimulatedServer } from './types.ts';
import { SimulatedWebSocketServer } from './web-socket-server.ts';

/** What the config says to the bridge and the peers say to it. */
export interface DemoTokens {
  readonly bot: string;
  readonly assistant: string;
}

export interface DemoOptions {
  readonly pace: Pace;
  readonly tokens: DemoTokens;
}

/** The peers of one bridge. Those that it dials have to be there first, for it to know their ports. */
export class Demo {
  readonly #options: DemoOptions;
  readonly #survival = new SimulatedWebSocketServer('survival');
  readonly #web = new SimulatedHttpServer('web');
  #bot: SimulatedBot | undefined;
  #assistant: SimulatedListenApplication | undefined;
  #outages: Outages | undefined;

  constructor(options: DemoOptions) {
    this.#options = options;
  }

  get tokens(): DemoTokens {
    return this.#options.tokens;
  }

  /** Starts the servers that the bridge dials, and returns the `server_list` that fits. */
  async listen(): Promise<Readonly<Record<string, unknown>>> {
    await Promise.all([this.#survival.start(), this.#web.start()]);
    return {
      survival: { protocol: 'websocket', host: '127.0.0.1', port: this.#survival.port },
      web: { protocol: 'http', host: '127.0.0.1', port: this.#web.port },
      assistant: { protocol: 'listen', access_token: this.#options.tokens.assistant },
    };
  }

  /** Starts those that dial the bridge, at `ws://127.0.0.1:5700`, and lets the play begin. */
  async connect(url: string, logger: Logger): Promise<void> {
    const { pace, tokens } = this.#options;
    this.#assistant = new SimulatedListenApplication({ name: 'assistant', url, accessToken: tokens.assistant });
    await this.#assistant.start();
    this.#bot = new SimulatedBot({ url, accessToken: tokens.bot, chatMs: pace.chatMs });
    this.#bot.start();
    this.#outages = new Outages({ servers: this.#servers, pace, logger });
    this.#outages.start();
  }

  async stop(): Promise<void> {
    await this.#outages?.stop();
    await this.#bot?.stop();
    await Promise.all(this.#servers.map((server) => server.stop()));
  }

  get #servers(): readonly SimulatedServer[] {
    const dialling = this.#assistant === undefined ? [] : [this.#assistant];
    return [this.#survival, this.#web, ...dialling];
  }
}
