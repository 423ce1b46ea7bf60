import type { TlsTrust } from '../support/tls-options.ts';

/**
 * The configuration as the rooms see it: camelCase, units in the names, every default filled in. YAML's snake_case
 * ends in `load.ts`. Each room takes its own slice by constructor.
 */
export interface Config {
  readonly port: PortConfig;
  readonly servers: ReadonlyMap<string, ServerConfig>;
  readonly bots: BotsConfig;
  readonly calls: CallsConfig;
  readonly admin: AdminConfig;
  readonly log: LogConfig;
  /** Of console, log and dashboard. Default: that of the locale. */
  readonly language: Language;
  /**
   * The language of the dashboard until its reader chooses one. Absent where neither config nor locale names a
   * language: the dashboard then uses the browser's.
   */
  readonly pageLanguage?: Language;
  /** Folder of the event log and the admin token, absolute. */
  readonly dataDir: string;
}

/** The listener that bots connect to (`host`, `port` and the keys that guard them). */
export interface PortConfig {
  readonly host: string;
  /** 0 picks a free port. */
  readonly port: number;
  readonly accessToken?: string;
  /** Key of `X-Signature` on HTTP reports; with it every report must be signed. */
  readonly secret?: string;
  /** Largest frame or body that the bridge accepts. Default 64 MiB. */
  readonly maxPayloadBytes: number;
  /** Origins of web pages that may use the port, lower case, without a trailing slash. Default none. */
  readonly allowedOrigins: readonly string[];
  /** Calls without the token of a server are taken. Default: where nothing says that somebody is to be kept out. */
  readonly anonymousCalls: boolean;
  /** Whether the file or the environment sets `anonymous_calls`. Otherwise the value follows from other keys. */
  readonly anonymousCallsGiven: boolean;
  /** Listen off loopback without a token. Default false. */
  readonly insecure: boolean;
  /** The port speaks https and wss; absent: http and ws. */
  readonly tls?: TlsIdentity;
}

/** What the bridge shows, in PEM. */
export interface TlsIdentity {
  readonly cert: string;
  readonly key: string;
}

export interface BotsConfig {
  /** An event that comes again, by HTTP or by a second session, is taken once. Default true. */
  readonly dedupe: boolean;
  /** Those that the bridge dials or calls, by their names in the file. */
  readonly dialled: ReadonlyMap<string, DialledBotConfig>;
  /** Largest frame or answer taken of them. */
  readonly maxPayloadBytes: number;
}

/** One entry of `bots`: `url`, `apiUrl` or both are there. */
export interface DialledBotConfig {
  readonly name: string;
  /** Its forward WebSocket, `ws:` or `wss:`. */
  readonly url?: string;
  /** Its HTTP API, `http:` or `https:`: the calls of a bot that reports by POST go there. */
  readonly apiUrl?: string;
  /** Decimal text; absent: the bot is asked. */
  readonly selfId?: string;
  /** Shown to it. */
  readonly accessToken?: string;
  /** For `wss:` and `https:`. */
  readonly tls?: TlsTrust;
}

/** One entry of `server_list`. */
export type ServerConfig = WebSocketServerConfig | HttpServerConfig | ListenServerConfig;

interface ServerConfigBase {
  readonly name: string;
  /** Shown to the server, or demanded of it when it makes calls on the port or, for listen, dials in. */
  readonly accessToken?: string;
  /** Adds `"server": "<name>"` to each event. Default true; false relays the very bytes. */
  readonly tag: boolean;
  /** The `self_id`s (decimal text) this server sees and may call; absent: all. */
  readonly bots?: readonly string[];
  /** Which calls it may make; absent: all. */
  readonly actions?: ActionsConfig;
  /** Which events it gets; absent: all. Lifecycle and heartbeat events pass whatever it says. */
  readonly filter?: FilterConfig;
  /** Form of the `message` in its events. Default keep. */
  readonly messageFormat: 'keep' | 'string' | 'array';
  /** Relays heartbeats. Default true. */
  readonly heartbeat: boolean;
  /** What waits for it while it is away. */
  readonly queue: QueueConfig;
  /** `at_most_once`: nothing that may have left is sent again. Default at_least_once. */
  readonly delivery: 'at_least_once' | 'at_most_once';
  /** How long a call of this server may take. Default 55 s. */
  readonly callTimeoutMs: number;
  /** Default true. A disabled server gets nothing and makes no calls, but is listed. */
  readonly enabled: boolean;
}

/** A condition on an event (docs/filters.md). */
export type FilterConfig =
  | { readonly kind: 'all' | 'any'; readonly of: readonly FilterConfig[] }
  | { readonly kind: 'not'; readonly of: FilterConfig }
  /** Holds for a field that is there and passes all tests. */
  | { readonly kind: 'field'; readonly path: readonly string[]; readonly tests: readonly FieldTest[] };

/** Holds when the text of a field does so for one of the values; `not`: when it equals none. */
export interface FieldTest {
  readonly operator: 'is' | 'not' | 'prefix' | 'suffix' | 'contains' | 'regex';
  readonly values: readonly string[];
}

/** The oldest goes first when a bound is passed. websocket: for each bot. */
export interface QueueConfig {
  /** Default 5 min; 0 keeps nothing for a server that is away. */
  readonly maxAgeMs: number;
  /** Default 10,000. */
  readonly maxEvents: number;
  /** Default 64 MiB. */
  readonly maxBytes: number;
}

/** The bridge dials the server as a reverse-WebSocket client. */
export interface WebSocketServerConfig extends ServerConfigBase {
  readonly protocol: 'websocket';
  /** Absolute, `ws:` or `wss:`. Built from `host`, `port`, `path` or given as `url`. */
  readonly url: string;
  /** For `wss:`. */
  readonly tls?: TlsTrust;
}

/** The bridge posts each event. */
export interface HttpServerConfig extends ServerConfigBase {
  readonly protocol: 'http';
  /** Absolute, `http:` or `https:`. */
  readonly url: string;
  /** For `https:`. */
  readonly tls?: TlsTrust;
  /** Key of `X-Signature` on its reports. */
  readonly secret?: string;
  /** How long one POST may take. Default 60 s. */
  readonly timeoutMs: number;
  /** How many POSTs may be under way. Default 8. */
  readonly concurrency: number;
}

/** The server dials the bridge: forward WebSocket, HTTP API or server-sent events on the port. */
export interface ListenServerConfig extends ServerConfigBase {
  readonly protocol: 'listen';
}

/** Which calls a server may make, by globs over the names of actions. */
export interface ActionsConfig {
  /** Absent: all that are not denied. */
  readonly allow?: readonly string[];
  /** Stands above `allow`. */
  readonly deny?: readonly string[];
}

/** What holds for the calls of all servers together. */
export interface CallsConfig {
  /** Equal `get_*` calls under way share one. Default true. */
  readonly coalesce: boolean;
  /**
   * How long a call waits for a known bot that has no session for calls, in milliseconds. Default 5 s; 0: not at all.
   */
  readonly holdMs: number;
  /** Absent: no limit. */
  readonly rateLimit?: RateLimitConfig;
}

/** How many `send_*` calls go to the bots. */
export interface RateLimitConfig {
  /** Absent: no limit. */
  readonly perBot?: RateConfig;
  /** Of one bot to one group; absent: no limit. */
  readonly perGroup?: RateConfig;
  /** How long a call waits for its turn at most. Default 10 s. */
  readonly waitMs: number;
}

/** `count` at once, and one more each `periodMs / count`. */
export interface RateConfig {
  readonly count: number;
  readonly periodMs: number;
}

export interface AdminConfig {
  /** Default true. */
  readonly enabled: boolean;
  /** Default 127.0.0.1. */
  readonly host: string;
  /** Default 5780; 0 picks a free port. */
  readonly port: number;
  /** Whether `port` stands in the file or the environment: a default port that is taken only costs the admin listener. */
  readonly portGiven: boolean;
  /** Absent: one is generated into the data folder. */
  readonly token?: string;
}

export type Language = 'en' | 'zh';

export interface LogConfig {
  /** `debug_mode: true` means `debug`. Default info. */
  readonly level: LogLevel;
  /** Absolute path. Default `<home>/logs/log.log`. */
  readonly file: string;
  /** One JSON object per line instead of text. Default false. */
  readonly json: boolean;
  /** A file past it is rotated. Default 10 MiB. */
  readonly maxSizeBytes: number;
  /** How many rotated files are kept. Default 14. */
  readonly keepDays: number;
}

export type LogLevel = 'error' | 'warn' | 'info' | 'debug';
