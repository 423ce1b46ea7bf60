/** What no key tells alone: keys that exclude or demand each other. */
import { type Text, text, type Words } from '../support/text.ts';
import type { Findings, KeyPath } from './findings.ts';
import { isLoopback, isSameHost, isWildcard, urlHost } from './hosts.ts';
import { DEFAULT_ADMIN_PORT, DEFAULT_SERVER_HOST, type ServerSettings, type Settings } from './schema.ts';
import { checkSharedAddresses } from './shared-addresses.ts';
import { describeFound } from './validate.ts';
import { type MapNode, placeOf } from './yaml-tree.ts';

/** The settings being checked and where they come from. */
interface Checked {
  readonly settings: Settings;
  readonly root: MapNode;
  readonly findings: Findings;
  /** True on a reload. Until its restart the bridge listens where these settings say, not where the file says. */
  readonly isRunning?: boolean;
}

/** The protocol of a server that names none. */
export function protocolOf(server: ServerSettings, settings: Settings): 'websocket' | 'http' | 'listen' {
  return server.protocol ?? (settings.websocket ? 'websocket' : 'http');
}

/**
 * The admin port: its default makes way for a `port` of that number, so that a file which never heard of an admin
 * listener works unchanged.
 */
export function adminPortOf({ admin, port }: Settings): number {
  return admin.port ?? (port === DEFAULT_ADMIN_PORT ? 0 : DEFAULT_ADMIN_PORT);
}

/** Whether calls without a token are taken where the file does not say: only where nobody is to be kept out. */
export function takesAnonymousCalls({ host, access_token, server_list }: Settings): boolean {
  const isOpen = isLoopback(host) && access_token === undefined;
  return isOpen && Object.values(server_list).every(({ actions, bots }) => actions === undefined && bots === undefined);
}

/** Reports every impossible combination and what is legal but surely not meant. */
export function checkCombinations(checked: Checked): void {
  checkListener(checked);
  checkTls(checked);
  checkAdmin(checked);
  checkLogLevel(checked);
  for (const [name, server] of Object.entries(checked.settings.server_list)) {
    if (server.protocol === 'listen') {
      checkListenServer(checked, name, server);
      continue;
    }
    checkAddress(checked, name, server);
    checkProtocol(checked, name, server);
    checkLoop(checked, name, server);
  }
  checkListenTokens(checked);
  const { settings } = checked;
  const servers = Object.entries(settings.server_list).map(
    ([name, server]) => [name, { ...server, as: protocolOf(server, settings) }] as const,
  );
  checkSharedAddresses(new Map(servers), (path, message) => warn(checked, path, message));
  checkBots(checked);
  checkRateLimit(checked);
  checkAnyServer(checked);
}

function checkListener(checked: Checked): void {
  const { host, port, access_token, insecure } = checked.settings;
  if (isLoopback(host) || access_token !== undefined) return;
  if (insecure) {
    warn(checked, ['insecure'], text`is true: whoever reaches ${urlHost(host)}:${port} can pose as a bot`);
  } else if (checked.isRunning === true) {
    fault(checked, [['access_token'], ['host'], ['insecure']], {
      found: text`nothing, but the bridge listens on ${urlHost(host)}:${port} until its restart`,
      allowed: text`an access_token as long as it does so; restart the bridge to take up the new host`,
    });
  } else {
    fault(checked, [['host'], ['access_token'], ['insecure']], {
      found: text`${JSON.stringify(host)} without an access_token`,
      allowed: text`an access_token (in the file or as QQBRIDGE_ACCESS_TOKEN; the bots must show it), host: 127.0.0.1, or insecure: true`,
    });
  }
}

function checkTls(checked: Checked): void {
  const { tls } = checked.settings;
  for (const key of ['cert', 'key'] as const) {
    if (tls === undefined || tls[key] !== undefined) continue;
    fault(checked, [['tls', key], ['tls']], {
      found: text`nothing`,
      allowed: text`the file of the certificate and that of its key`,
    });
  }
}

function checkAdmin(checked: Checked): void {
  const { host, port, admin } = checked.settings;
  if (!admin.enabled) return;
  if (admin.port === undefined && port === DEFAULT_ADMIN_PORT) {
    warn(checked, ['admin', 'port'], text`is ${port} by default, which is the port for the bots: a free one is picked`);
  }
  const isShared = isSameHost(host, admin.host) || isWildcard(host) || isWildcard(admin.host);
  if (port === 0 || port !== admin.port || !isShared) return;
  fault(checked, [['admin', 'port'], ['port'], ['host'], ['admin', 'host'], ['admin', 'enabled']], {
    found: text`${port}, the port that the bots connect to`,
    allowed: text`another port`,
  });
}

function checkLogLevel(checked: Checked): void {
  const { debug_mode, log } = checked.settings;
  if (debug_mode && log.level !== undefined && log.level !== 'debug') {
    warn(checked, ['debug_mode'], text`is true, but log.level is given too and stands: ${log.level}`);
  }
}

function checkAddress(checked: Checked, name: string, server: ServerSettings): void {
  const base = ['server_list', name];
  if (server.url === undefined && server.port === undefined) {
    fault(
      checked,
      [
        [...base, 'port'],
        [...base, 'url'],
      ],
      {
        found: text`nothing`,
        allowed: text`a port number from 1 to 65535 (or url instead)`,
      },
    );
  }
  for (const key of ['host', 'port', 'path'] as const) {
    if (server.url === undefined || server[key] === undefined) continue;
    fault(checked, [[...base, key]], { found: text`${key} together with url`, allowed: text`one or the other` });
  }
}

function checkProtocol(checked: Checked, name: string, server: ServerSettings): void {
  const base = ['server_list', name];
  const protocol = protocolOf(server, checked.settings);
  const related = [['websocket'], [...base, 'protocol']];
  const scheme = protocol === 'websocket' ? 'ws' : 'http';
  if (server.url !== undefined && !server.url.startsWith(scheme)) {
    fault(checked, [[...base, 'url'], ...related], {
      found: describeFound(checked.root, [...base, 'url']),
      allowed: text`${scheme}:// or ${scheme}s:// for protocol ${protocol} (or another protocol)`,
    });
  }
  if (server.tls !== undefined && !isSecure(server.url)) faultTls(checked, base);
  if (server.tls?.verify === false) warnUnverified(checked, base);
  for (const key of ['secret', 'timeout', 'concurrency'] as const) {
    if (protocol === 'http' || server[key] === undefined) continue;
    fault(checked, [[...base, key], ...related], {
      found: text`${key} on a websocket server`,
      allowed: text`it on http servers only`,
    });
  }
}

/** It dials in: there is no address, and who it is its token says. */
function checkListenServer(checked: Checked, name: string, server: ServerSettings): void {
  const base = ['server_list', name];
  for (const key of ['url', 'host', 'port', 'path', 'tls', 'secret', 'timeout', 'concurrency'] as const) {
    if (server[key] === undefined) continue;
    fault(
      checked,
      [
        [...base, key],
        [...base, 'protocol'],
      ],
      {
        found: text`${key} on a listen server`,
        allowed: text`none: the server dials the bridge`,
      },
    );
  }
  const { anonymous_calls, access_token } = checked.settings;
  if (server.access_token === undefined && !(anonymous_calls ?? takesAnonymousCalls(checked.settings))) {
    fault(
      checked,
      [[...base, 'access_token'], [...base, 'protocol'], ['anonymous_calls'], ['access_token'], ['host']],
      {
        found: text`nothing, where nobody is let in without a token`,
        allowed: text`an access_token for the server to show (or anonymous_calls: true)`,
      },
    );
  } else if (access_token !== undefined && server.access_token === access_token) {
    warn(checked, [...base, 'access_token'], text`is that of the bots too: whoever knows it can pass for both`);
  }
}

function checkListenTokens({ settings, root, findings }: Checked): void {
  const owners = new Map<string, string>();
  for (const [name, { protocol, access_token, enabled }] of Object.entries(settings.server_list)) {
    if (protocol !== 'listen' || access_token === undefined || !enabled) continue;
    const owner = owners.get(access_token);
    owners.set(access_token, owner ?? name);
    const path = ['server_list', name, 'access_token'];
    if (owner === undefined || findings.isFaulty(path)) continue;
    findings.fault(
      { place: placeOf(root, path), path },
      text`the token of ${owner}`,
      text`a token of its own: it tells who dials in`,
    );
  }
}

function checkBots(checked: Checked): void {
  const { settings, root, findings } = checked;
  const owners = new Map<string, string>();
  for (const [name, bot] of Object.entries(settings.bots)) {
    const base = ['bots', name];
    const isAnyGiven = bot.url !== undefined || bot.api_url !== undefined;
    if (!isAnyGiven) {
      const words = {
        found: text`neither url nor api_url`,
        allowed: text`its forward WebSocket (url), its HTTP API (api_url) or both`,
      };
      fault(checked, [base, [...base, 'url'], [...base, 'api_url']], words);
    }
    for (const [key, scheme] of [
      ['url', 'ws'],
      ['api_url', 'http'],
    ] as const) {
      const path = [...base, key];
      if (bot[key] === undefined) continue;
      const allowed = text`an address that begins with ${scheme}:// or ${scheme}s://`;
      if (!bot[key].startsWith(scheme)) fault(checked, [path], { found: describeFound(root, path), allowed });
      if (isOwnPort(settings, new URL(bot[key]))) {
        fault(checked, [path, ['host'], ['port']], {
          found: text`where the bridge itself listens`,
          allowed: text`the address of the bot`,
        });
      }
    }
    if (bot.tls !== undefined && ![bot.url, bot.api_url].some(isSecure)) faultTls(checked, base);
    if (bot.tls?.verify === false) warnUnverified(checked, base);
    if (bot.self_id === undefined) continue;
    const owner = owners.get(bot.self_id);
    owners.set(bot.self_id, name);
    const path = [...base, 'self_id'];
    if (owner !== undefined && !findings.isFaulty(path)) {
      const spot = { place: placeOf(root, path), path };
      findings.fault(spot, text`${bot.self_id}, which is ${owner} already`, text`one entry for each bot`);
    }
  }
}

/** Events to the bridge's own listener would come back as events without end. */
function checkLoop(checked: Checked, name: string, server: ServerSettings): void {
  const { port } = checked.settings;
  const key = server.url === undefined ? 'port' : 'url';
  const address = server.url ?? `ws://${urlHost(server.host ?? DEFAULT_SERVER_HOST)}:${server.port}`;
  if (!URL.canParse(address) || !isOwnPort(checked.settings, new URL(address))) return;
  const base = ['server_list', name];
  fault(checked, [[...base, key], [...base, 'host'], ['host'], ['port']], {
    found: text`${new URL(address).hostname}:${port}, where the bridge itself listens`,
    allowed: text`the address of the server`,
  });
}

function isSecure(url: string | undefined): boolean {
  return url !== undefined && /^(?:wss|https):/.test(url);
}

function faultTls(checked: Checked, base: KeyPath): void {
  fault(
    checked,
    [
      [...base, 'tls'],
      [...base, 'url'],
    ],
    {
      found: text`tls without an address that begins with wss:// or https://`,
      allowed: text`it with such a url`,
    },
  );
}

function warnUnverified(checked: Checked, base: KeyPath): void {
  warn(checked, [...base, 'tls', 'verify'], text`is false: whoever sits in between can read and change everything`);
}

function isOwnPort({ host, port }: Settings, target: URL): boolean {
  const targetHost = target.hostname.replace(/^\[(.*)\]$/, '$1');
  const targetPort = Number(target.port || (/^(?:wss|https):/.test(target.protocol) ? 443 : 80));
  const isOwn =
    isSameHost(host, targetHost) || (isWildcard(host) && (isLoopback(targetHost) || isWildcard(targetHost)));
  return targetPort === port && isOwn;
}

function checkRateLimit(checked: Checked): void {
  const { rate_limit } = checked.settings;
  const isAnyGiven = rate_limit === undefined || rate_limit.per_bot !== undefined || rate_limit.per_group !== undefined;
  if (!isAnyGiven && !checked.findings.isFaulty(['rate_limit']))
    warn(checked, ['rate_limit'], text`has neither per_bot nor per_group: nothing is limited`);
}

function checkAnyServer(checked: Checked): void {
  const path = ['server_list'];
  const isAnyOn = Object.values(checked.settings.server_list).some((server) => server.enabled);
  if (!isAnyOn && !checked.findings.isFaulty(path))
    warn(checked, path, text`has no server that is enabled: the events go nowhere`);
}

/** Reports at the first of the keys that take part, unless one of them is faulty by itself. */
function fault(
  checked: Checked,
  involved: readonly [KeyPath, ...KeyPath[]],
  words: { readonly found: Words; readonly allowed: Words },
): void {
  if (involved.some((path) => checked.findings.isFaulty(path))) return;
  checked.findings.fault({ place: placeOf(checked.root, involved[0]), path: involved[0] }, words.found, words.allowed);
}

function warn(checked: Checked, path: KeyPath, message: Text): void {
  checked.findings.warn({ place: placeOf(checked.root, path), path }, message);
}
