/**
 * The config file: every key, what it takes, its default and its description. Validation, the TypeScript types,
 * `config/schema.json`, `config/example.yml`, `docs/configuration.md` and the environment variables all come from here.
 * What ties several keys together is in `combinations.ts`.
 */
import { z } from 'zod';
import { type Text, text } from '../support/text.ts';
import { filterSchema } from './filter.ts';
import { LANGUAGES } from './language.ts';
import {
  actionGlob,
  age,
  duration,
  filePath,
  flag,
  listenHost,
  oneOf,
  origin,
  rate,
  secret,
  selfId,
  serverHost,
  serverUrl,
  size,
  token,
  urlPath,
  wholeNumber,
} from './scalars.ts';

/** Port of the admin listener unless the config gives one, or gives this one to the bots. */
export const DEFAULT_ADMIN_PORT = 5780;

/** Host of a server that names none. */
export const DEFAULT_SERVER_HOST = '127.0.0.1';

/** What zod says is text; `validate.ts` finds the sentence again by it. */
const said = String as (allowed: Text) => string;

const listenPort = wholeNumber(0, 65_535, text`a port number`);

/** Paths of the port, which a server of that name would hide. */
const RESERVED_NAMES: ReadonlySet<string> = new Set(['api', 'event', 'ws', '_events']);

const serverName = z
  .string()
  .refine((name) => /^[^/\p{Cc}]+$/u.test(name) && !RESERVED_NAMES.has(name))
  .meta({ pattern: '^(?!(?:api|event|ws|_events)$)[^/\\u0000-\\u001f\\u007f-\\u009f]+$' });

const botName = z
  .string()
  .refine((name) => /^[^\p{Cc}]+$/u.test(name))
  .meta({ pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]+$' });

const queue = z.strictObject(
  {
    max_age: age.prefault('5m').describe('How long an event waits at most; 0 keeps nothing for a server that is away.'),
    max_events: wholeNumber(1, 1_000_000).prefault(10_000).describe('How many events wait at most.'),
    max_bytes: size
      .prefault('64MiB')
      .describe('How many bytes they have at most in all. A larger event still goes to a server that is up.'),
  },
  { error: said(text`a map such as {max_age: 5m}`) },
);

/** Which actions: one glob or a list. */
function actionGlobs(description: string, example: readonly string[]) {
  return z
    .preprocess(
      (input) => (typeof input === 'string' ? [input] : input),
      z.array(actionGlob, { error: said(text`an action or a list of actions`) }),
    )
    .optional()
    .meta({
      description,
      type: ['array', 'string'],
      items: { type: 'string' },
      examples: [example],
      errorMessage: 'expected the name of an action such as get_* or a list of them',
    });
}

const actions = z.strictObject(
  {
    allow: actionGlobs('The only calls it may make: names of actions, `*` for any characters. Default: all.', [
      'get_*',
      'send_*_msg',
    ]),
    deny: actionGlobs('Calls it may not make, also where `allow` has them.', ['set_*', 'delete_msg']),
  },
  { error: said(text`a map such as {allow: [get_*, send_*_msg], deny: [send_private_msg]}`) },
);

const rateLimit = z.strictObject(
  {
    per_bot: rate
      .optional()
      .describe('How many `send_*` calls one bot gets. 20/10s: 20 at once, then one more every half second.')
      .meta({ examples: ['20/10s'] }),
    per_group: rate
      .optional()
      .describe('How many `send_*` calls one bot gets for one group.')
      .meta({ examples: ['5/10s'] }),
    wait: duration
      .prefault('10s')
      .describe('How long a call waits for its turn before it is answered with retcode 1429.'),
  },
  { error: said(text`a map such as {per_bot: 20/10s, per_group: 5/10s}`) },
);

const peerTls = z.strictObject(
  {
    ca: filePath
      .optional()
      .describe(
        'File with the certificate of the only authority to trust, in PEM. Default: the authorities that are known everywhere.',
      )
      .meta({ examples: ['certificates/ca.pem'] }),
    verify: flag.prefault(true).describe('false: any certificate is accepted, also that of somebody in between.'),
  },
  { error: said(text`a map such as {ca: ca.pem}`) },
);

const portTls = z
  .strictObject(
    {
      cert: filePath
        .optional()
        .describe('File with the certificate and its chain, in PEM.')
        .meta({ examples: ['certificates/cert.pem'] }),
      key: filePath
        .optional()
        .describe('File with its key, in PEM.')
        .meta({ examples: ['certificates/key.pem'] }),
    },
    { error: said(text`a map such as {cert: cert.pem, key: key.pem}`) },
  )
  .meta({ required: ['cert', 'key'] });

const dialledBot = z.strictObject(
  {
    url: serverUrl
      .optional()
      .describe(
        'Its forward WebSocket, to which the bridge connects. A path that ends with `/event` carries only events, one that ends with `/api` only calls.',
      )
      .meta({ examples: ['ws://127.0.0.1:3001/'] }),
    api_url: serverUrl
      .optional()
      .describe('Its HTTP API, for the calls to a bot that reports by POST.')
      .meta({ examples: ['http://127.0.0.1:3000/'] }),
    self_id: selfId
      .optional()
      .describe('The number of its account. Default: the bot is asked.')
      .meta({ examples: [10_001] }),
    access_token: token
      .optional()
      .describe('Token shown to it as `Authorization: Bearer`.')
      .meta({ examples: ['the-token-of-this-bot'] }),
    tls: peerTls.optional().describe('For `wss:` and `https:`: which certificate the bot has to show.'),
  },
  { error: said(text`a map such as {url: "ws://127.0.0.1:3001/"} under a name for the bot`) },
);

const server = z.strictObject(
  {
    enabled: flag.prefault(true).describe('false: the server gets nothing and makes no calls.'),
    protocol: oneOf(['websocket', 'http', 'listen'])
      .optional()
      .describe(
        'How the bridge and the server are connected. `websocket`: the bridge connects to the server, like a OneBot implementation with reverse WebSocket. `http`: the bridge POSTs each event to it. `listen`: the server connects to the port (forward WebSocket, HTTP API, SSE). Default: what the top-level `websocket` says.',
      ),
    host: serverHost.optional().describe('Host of the server.').meta({ default: DEFAULT_SERVER_HOST }),
    port: wholeNumber(1, 65_535, text`a port number`)
      .optional()
      .describe('Port of the server. Needed unless `url` is given, or `protocol` is `listen`.')
      .meta({ examples: [5701] }),
    path: urlPath
      .optional()
      .describe('Path on the server. Default: `/ws/` for websocket, `/` for http.')
      .meta({ examples: ['/onebot/v11/ws'] }),
    url: serverUrl
      .optional()
      .describe('The whole address instead of `host`, `port` and `path`; `wss:` and `https:` too.')
      .meta({ examples: ['wss://bots.example.org/onebot/v11/ws'] }),
    access_token: token
      .optional()
      .describe(
        'Token that the bridge shows to the server as `Authorization: Bearer`. The server is recognised by it when it makes calls on the port. listen: the server has to show it.',
      )
      .meta({ examples: ['the-token-of-this-server'] }),
    secret: secret
      .optional()
      .describe('http: key of the `X-Signature` on its reports.')
      .meta({ examples: ['the-secret-of-this-server'] }),
    tls: peerTls.optional().describe('For `wss:` and `https:`: which certificate the server has to show.'),
    tag: flag
      .prefault(true)
      .describe('Adds `"server": "<name>"` to each event; false relays the bytes of the bot unchanged.'),
    bots: z
      .preprocess(
        (input) => (typeof input === 'string' ? [input] : input),
        z.array(selfId, { error: said(text`a bot id or a list`) }),
      )
      .optional()
      .meta({
        description:
          'The `self_id`s whose events this server gets and which it may call: one or a list. Default: all bots.',
        type: ['array', 'integer', 'string'],
        items: { type: ['integer', 'string'] },
        examples: [[10_001, 10_002]],
        errorMessage: 'expected a bot id or a list of them',
      }),
    actions: actions
      .optional()
      .describe('Which calls the server may make; others are answered with retcode 1403. Default: all.'),
    filter: filterSchema
      .optional()
      .describe(
        'Which events the server gets: conditions on fields, which all have to hold; see docs/filters.md. Default: all.',
      ),
    message_format: oneOf(['keep', 'string', 'array'])
      .prefault('keep')
      .describe(
        'Form of the `message` in its events: `string` (CQ codes), `array` (segments) or `keep`, whatever the bot sends. ' +
          '`raw_message` stays as it is; the first two add it where it is missing. A message of more than 2 MiB or some 10,000 ' +
          'segments keeps its form, and the log says so.',
      ),
    heartbeat: flag.prefault(true).describe('Sends the heartbeats of the bots to the server.'),
    queue: queue
      .prefault({})
      .describe(
        'Limits of the events that wait for the server. Beyond a limit the oldest event is dropped. websocket and listen: the limits hold for each bot.',
      ),
    delivery: oneOf(['at_least_once', 'at_most_once'])
      .prefault('at_least_once')
      .describe(
        '`at_least_once`: events that were under way when a link broke are sent again, so they may come twice. `at_most_once`: an event that may have left is never sent again.',
      ),
    timeout: duration.optional().describe('http: how long one report may take.').meta({ default: '60s' }),
    concurrency: wholeNumber(1, 1_024)
      .optional()
      .describe(
        'http: how many reports may be under way at the same time; with 1 each report waits until the one before it is answered.',
      )
      .meta({ default: 8 }),
    call_timeout: duration.prefault('55s').describe('How long a call of this server waits for the answer of the bot.'),
  },
  { error: said(text`a map such as {host: 127.0.0.1, port: 5701} under the name of the server`) },
);

const log = z.strictObject(
  {
    level: oneOf(['error', 'warn', 'info', 'debug'])
      .optional()
      .describe('Lowest level of the lines that are written. It overrides `debug_mode`.')
      .meta({ default: 'info' }),
    file: filePath.prefault('logs/log.log').describe('Log file, absolute or from the home folder.'),
    json: flag.prefault(false).describe('One JSON object per line instead of text.'),
    max_size: size.prefault('10MiB').describe('A log file larger than this is renamed, and a new one is started.'),
    keep: wholeNumber(0, 10_000)
      .prefault(14)
      .describe('For how many days a renamed log file is kept; the newest 14 stay longer.'),
  },
  { error: said(text`a map such as {level: info}`) },
);

const admin = z.strictObject(
  {
    enabled: flag
      .prefault(true)
      .describe('Whether the admin listener (dashboard, metrics, health, control) is started.'),
    host: listenHost.prefault('127.0.0.1').describe('Address the admin listener listens on.'),
    port: listenPort
      .optional()
      .describe('Port of the admin listener; 0 picks a free one.')
      .meta({ default: DEFAULT_ADMIN_PORT }),
    token: token
      .optional()
      .describe('Token of the admin listener. Default: one is made and kept in the data folder.')
      .meta({ examples: ['a-long-random-text'] }),
  },
  { error: said(text`a map such as {port: 5780}`) },
);

export const settingsSchema = z.strictObject(
  {
    websocket: flag
      .prefault(true)
      .describe('Protocol of the servers that set no `protocol`: true = websocket, false = http.'),
    host: listenHost
      .prefault('127.0.0.1')
      .describe(
        'Address on which the port for bots listens; 0.0.0.0 or :: means all addresses, and then needs an `access_token`.',
      ),
    port: listenPort.prefault(5700).describe('Port that the bots connect and report to; 0 picks a free one.'),
    server_list: z
      .record(serverName, server, { error: said(text`a map of servers by name ({} for none)`) })
      .prefault({})
      .describe('The servers (applications) that get the events and make calls, by name.'),
    debug_mode: flag
      .prefault(false)
      .describe('true: the log has one line for each event; the same as `log.level: debug`.'),
    access_token: token
      .optional()
      .describe('Token the bots must show on the port.')
      .meta({ examples: ['a-long-random-text'] }),
    secret: secret
      .optional()
      .describe(
        'Key of the `X-Signature` that HTTP reports must carry. A report with a valid signature needs no token.',
      )
      .meta({ examples: ['another-long-random-text'] }),
    bots: z
      .record(botName, dialledBot, { error: said(text`a map of bots by name ({} for none)`) })
      .prefault({})
      .describe(
        'Bots to which the bridge connects, or which it calls; choose any names. Bots that connect to the port need no entry.',
      ),
    tls: portTls
      .optional()
      .describe(
        'The port speaks https and wss. Paths start from the home folder; `reload config` reads renewed files.',
      ),
    max_payload: size.prefault('64MiB').describe('Largest frame or body that the bridge accepts.'),
    allowed_origins: z
      .preprocess(
        (input) => (typeof input === 'string' ? [input] : input),
        z.array(origin, { error: said(text`an origin or a list of origins`) }),
      )
      .prefault([])
      .meta({
        description: 'Origins of the web pages that may use the port: one or a list. Default: none.',
        type: ['array', 'string'],
        items: { type: 'string' },
        examples: [['https://panel.example.org']],
        errorMessage: 'expected an origin or a list of origins',
      }),
    dedupe: flag
      .prefault(true)
      .describe(
        'An event that comes twice is taken once: from an HTTP reporter that missed the answer, or by a second session of the bot.',
      ),
    coalesce: flag
      .prefault(true)
      .describe('Equal `get_*` calls that are under way at the same time share one call to the bot.'),
    call_hold: age
      .prefault('5s')
      .describe(
        'How long a call waits for a known bot that has no connection at the moment. Then it is answered with retcode 1503. 0: it does not wait.',
      ),
    rate_limit: rateLimit
      .optional()
      .describe('Limits how much all servers together send by the bots. Default: no limit.'),
    anonymous_calls: flag
      .optional()
      .describe(
        'Whether the port accepts calls without the token of a server. `actions` and `bots` do not limit such calls. Default: true on loopback when no `access_token` is set and no server has `actions` or `bots`.',
      )
      .meta({ examples: [false] }),
    insecure: flag
      .prefault(false)
      .describe(
        'true: the port may listen on other addresses than loopback without an `access_token`. Then everybody who reaches the port can pose as a bot.',
      ),
    data: filePath
      .prefault('data')
      .describe('Folder in which the bridge keeps its data, absolute or from the home folder.'),
    language: oneOf(LANGUAGES)
      .optional()
      .describe(
        'Language of the console and the log, and of the dashboard until its reader chooses another: `en` or `zh`. Default: that of the locale; where the locale names none, the dashboard follows the browser.',
      )
      .meta({ examples: ['zh'] }),
    log: log.prefault({}).describe('What is written to the console and the log file.'),
    admin: admin.prefault({}).describe('The admin listener.'),
  },
  { error: said(text`a map of keys such as "port: 5700"`) },
);

/** The config file once it is typed, with the names of the file. */
export type Settings = z.output<typeof settingsSchema>;
export type ServerSettings = z.output<typeof server>;
