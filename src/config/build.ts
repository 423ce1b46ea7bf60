import { basename, join, resolve } from 'node:path';
import type { TlsTrust } from '../support/tls-options.ts';
import type { CertificateTexts } from './certificates.ts';
import { adminPortOf, protocolOf, takesAnonymousCalls } from './combinations.ts';
import { urlHost } from './hosts.ts';
import { DEFAULT_SERVER_HOST, type ServerSettings, type Settings } from './schema.ts';
import type {
  ActionsConfig,
  AdminConfig,
  BotsConfig,
  CallsConfig,
  Config,
  DialledBotConfig,
  Language,
  LogConfig,
  PortConfig,
  ServerConfig,
  TlsIdentity,
} from './types.ts';

/** Where the config's relative paths start from. */
export interface Folders {
  readonly home: string;
  /** `--data`: stands above `data`. */
  readonly dataDir?: string;
  /** `--logs`: the log file lies here, under its own name. */
  readonly logDir?: string;
}

export interface BuildOptions {
  readonly folders: Folders;
  readonly certificates: CertificateTexts;
  /** Of `settings`, or of the locale. */
  readonly language: Language;
  readonly chosenLanguage: Language | undefined;
}

const HTTP_TIMEOUT_MS = 60_000;
const HTTP_CONCURRENCY = 8;

/** Turns sound settings into what the rooms take. The names of the file end here. */
export function buildConfig(settings: Settings, options: BuildOptions): Config {
  const { folders, certificates, language, chosenLanguage } = options;
  const servers = Object.entries(settings.server_list).map(([name, server]) =>
    buildServer(name, server, { settings, certificates }),
  );
  return {
    port: buildPort(settings, certificates),
    servers: new Map(servers.map((server) => [server.name, server])),
    bots: buildBots(settings, certificates),
    calls: buildCalls(settings),
    admin: buildAdmin(settings),
    log: buildLog(settings, folders),
    language,
    ...(chosenLanguage === undefined ? {} : { pageLanguage: chosenLanguage }),
    dataDir: folders.dataDir === undefined ? resolve(folders.home, settings.data) : resolve(folders.dataDir),
  };
}

function buildPort(settings: Settings, certificates: CertificateTexts): PortConfig {
  return {
    host: settings.host,
    port: settings.port,
    maxPayloadBytes: settings.max_payload,
    allowedOrigins: settings.allowed_origins,
    anonymousCalls: settings.anonymous_calls ?? takesAnonymousCalls(settings),
    anonymousCallsGiven: settings.anonymous_calls !== undefined,
    insecure: settings.insecure,
    ...given({
      accessToken: settings.access_token,
      secret: settings.secret,
      tls: buildIdentity(settings, certificates),
    }),
  };
}

function buildBots({ bots, dedupe, max_payload }: Settings, certificates: CertificateTexts): BotsConfig {
  const dialled = Object.entries(bots).map(
    ([name, { url, api_url, self_id, access_token, tls }]): [string, DialledBotConfig] => [
      name,
      {
        name,
        ...given({
          url,
          apiUrl: api_url,
          selfId: self_id,
          accessToken: access_token,
          tls: buildTrust(tls, certificates),
        }),
      },
    ],
  );
  return { dedupe, dialled: new Map(dialled), maxPayloadBytes: max_payload };
}

function buildServer(name: string, server: ServerSettings, { settings, certificates }: Sources): ServerConfig {
  const protocol = protocolOf(server, settings);
  const base = {
    name,
    tag: server.tag,
    messageFormat: server.message_format,
    heartbeat: server.heartbeat,
    queue: {
      maxAgeMs: server.queue.max_age,
      maxEvents: server.queue.max_events,
      maxBytes: server.queue.max_bytes,
    },
    delivery: server.delivery,
    callTimeoutMs: server.call_timeout,
    enabled: server.enabled,
    ...given({
      accessToken: server.access_token,
      bots: server.bots,
      actions: buildActions(server),
      filter: server.filter,
    }),
  };
  if (protocol === 'listen') return { ...base, protocol };
  const target = {
    url: server.url ?? addressOf(server, protocol),
    ...given({ tls: buildTrust(server.tls, certificates) }),
  };
  if (protocol === 'websocket') return { ...base, ...target, protocol };
  return {
    ...base,
    ...target,
    protocol,
    timeoutMs: server.timeout ?? HTTP_TIMEOUT_MS,
    concurrency: server.concurrency ?? HTTP_CONCURRENCY,
    ...given({ secret: server.secret }),
  };
}

interface Sources {
  readonly settings: Settings;
  readonly certificates: CertificateTexts;
}

function buildIdentity({ tls }: Settings, certificates: CertificateTexts): TlsIdentity | undefined {
  const [cert, key] = [certificates.get(tls?.cert ?? ''), certificates.get(tls?.key ?? '')];
  return cert === undefined || key === undefined ? undefined : { cert, key };
}

function buildTrust(tls: ServerSettings['tls'], certificates: CertificateTexts): TlsTrust | undefined {
  return tls && { verify: tls.verify, ...given({ ca: certificates.get(tls.ca ?? '') }) };
}

function buildActions({ actions }: ServerSettings): ActionsConfig | undefined {
  return actions && given({ allow: actions.allow, deny: actions.deny });
}

function buildCalls({ coalesce, call_hold, rate_limit }: Settings): CallsConfig {
  const base = { coalesce, holdMs: call_hold };
  if (rate_limit === undefined) return base;
  const { per_bot, per_group, wait } = rate_limit;
  return { ...base, rateLimit: { waitMs: wait, ...given({ perBot: per_bot, perGroup: per_group }) } };
}

function addressOf(server: ServerSettings, protocol: 'websocket' | 'http'): string {
  const [scheme, path] = protocol === 'websocket' ? (['ws', '/ws/'] as const) : (['http', '/'] as const);
  const host = urlHost(server.host ?? DEFAULT_SERVER_HOST);
  return new URL(`${scheme}://${host}:${server.port}${server.path ?? path}`).href;
}

function buildAdmin(settings: Settings): AdminConfig {
  const { admin } = settings;
  return {
    enabled: admin.enabled,
    host: admin.host,
    port: adminPortOf(settings),
    portGiven: admin.port !== undefined,
    ...given({ token: admin.token }),
  };
}

function buildLog({ log, debug_mode }: Settings, { home, logDir }: Folders): LogConfig {
  return {
    level: log.level ?? (debug_mode ? 'debug' : 'info'),
    file: logDir === undefined ? resolve(home, log.file) : join(resolve(logDir), basename(log.file)),
    json: log.json,
    maxSizeBytes: log.max_size,
    keepDays: log.keep,
  };
}

type Given<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** The members that have a value: `Config` leaves a key out rather than setting it to undefined. */
function given<T extends object>(values: T): Given<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<T>;
}
