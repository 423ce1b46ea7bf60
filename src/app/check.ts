import { access, constants, mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { probeBot } from '../bots/probe.ts';
import type { DialledBotStatus } from '../bots/types.ts';
import { formatFault } from '../config/findings.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/types.ts';
import { speakIn } from '../language/speak.ts';
import { statusOverSocket } from '../operator/control/control-client.ts';
import { controlPaths } from '../operator/control/control-paths.ts';
import { stateWords } from '../operator/state-words.ts';
import { padToWidth, textWidth } from '../operator/text-table.ts';
import type { BridgeStatus } from '../operator/types.ts';
import { probeServer } from '../servers/probe.ts';
import type { ServerStatus } from '../servers/types.ts';
import { errorWords } from '../support/errors.ts';
import { bad, type Finding, good, problem } from '../support/finding.ts';
import { type ListenOptions, listen } from '../support/listen.ts';
import { describeNetworkError } from '../support/network-error.ts';
import { type Speak, text, type Words } from '../support/text.ts';
import { VERSION } from './version.ts';

/** A finding and what it is about: `server survival`. */
interface Line extends Finding {
  readonly about: Words;
}

/**
 * `qqbridge check`: validates the config, then tells of each server and bot whether it can be reached. A daemon that runs is
 * asked, since a probe beside it could unregister its links; else each is tried.
 *
 * @returns The exit status: 0 all is well, 1 something is not, 2 the file has faults.
 */
export async function runCheck(configFile: string): Promise<number> {
  const loaded = await loadConfig({ file: configFile });
  const print = printer(speakIn(loaded.language));
  for (const warning of loaded.warnings) print(text`warning`, warning);
  if (loaded.kind === 'faulty') {
    for (const fault of loaded.faults) print(text`fault`, formatFault(fault));
    return 2;
  }
  const { config } = loaded;
  print(text`ok`, text`${configFile} has no faults`);
  const lines = await findingsOf(config, configFile);
  for (const { isGood, about, words, meaning, advice } of lines) {
    print(isGood ? text`ok` : text`PROBLEM`, text`${about}: ${words}`);
    if (meaning !== undefined) print('', meaning);
    if (advice !== undefined) print('', text`-> ${advice}`);
  }
  return lines.every(({ isGood }) => isGood) ? 0 : 1;
}

async function findingsOf(config: Config, configFile: string): Promise<readonly Line[]> {
  const target = { paths: controlPaths(configFile, config.dataDir), configFile };
  try {
    const status = await statusOverSocket(target, AbortSignal.timeout(DAEMON_MS));
    return status === undefined ? await probeAll(config) : reportedBy(status);
  } catch (error) {
    const hangs = problem({
      words: text`it runs, but does not answer on its control socket: ${describeNetworkError(error)}`,
      meaning: text`it hangs, or something else has taken its place; its servers are left in peace`,
      advice: text`see its log; stop it and start it again`,
    });
    return [{ about: text`daemon`, ...hangs }];
  }
}

/** How long a daemon may take to say how it is. */
const DAEMON_MS = 5_000;

/** Prints lines that begin with what kind they are, in a column of its own. */
function printer(speak: Speak): (kind: Words, words: Words) => void {
  const width = Math.max(
    ...[text`warning`, text`fault`, text`ok`, text`PROBLEM`].map((kind) => textWidth(speak(kind))),
  );
  return (kind, words) => process.stdout.write(`${padToWidth(speak(kind), width)}  ${speak(words)}\n`);
}

async function probeAll(config: Config): Promise<readonly Line[]> {
  const userAgent = `QQBridge/${VERSION}`;
  const { port, admin, bots, servers, dataDir } = config;
  const probes: Promise<readonly Line[]>[] = [
    probePort(port, 'port').then((finding) => [{ about: text`port`, ...finding }]),
    // At its default it gives way by itself.
    ...(admin.enabled && admin.portGiven
      ? [probePort(admin, 'admin.port').then((finding) => [{ about: 'admin', ...finding }])]
      : []),
    probeFolder(dataDir).then((finding) => [{ about: 'data', ...finding }]),
    ...[...bots.dialled.values()].map(async (bot) => {
      const findings = await probeBot(bot, { maxPayloadBytes: bots.maxPayloadBytes, userAgent });
      return findings.map((finding) => ({ about: text`bot ${bot.name}`, ...finding }));
    }),
    ...[...servers.values()].map(async (server) => [
      { about: text`server ${server.name}`, ...(await probeServer(server, userAgent)) },
    ]),
  ];
  return (await Promise.all(probes)).flat();
}

/** @param key Names the setting. */
async function probePort({ host, port }: ListenOptions, key: string): Promise<Finding> {
  const server = createServer();
  try {
    await listen(server, { host, port });
    return good(text`${host}:${port} is free`);
  } catch (error) {
    return bad(errorWords(error), text`stop the other program, or set another ${key}`);
  } finally {
    server.close();
  }
}

async function probeFolder(folder: string): Promise<Finding> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    return good(text`${folder} can be written`);
  } catch (error) {
    const advice = text`give it to the user that runs the bridge, or set data`;
    return bad(text`${folder} can't be written: ${errorWords(error)}`, advice);
  }
}

/** What the daemon that runs knows by itself. */
function reportedBy({ address, bots, dialled, servers }: BridgeStatus): readonly Line[] {
  const online = bots.filter((bot) => bot.online);
  return [
    { about: text`daemon`, ...good(text`it runs, on ${address}`) },
    ...online.map(({ selfId }) => ({ about: text`bot ${selfId}`, ...good(text`online`) })),
    ...(online.length > 0
      ? []
      : [{ about: text`bots`, ...bad(text`none has come`, text`let one connect to ${address}`) }]),
    ...dialled.map((bot) => ({ about: text`bot ${bot.name}`, ...dialledFinding(bot) })),
    ...servers.map((server) => ({ about: text`server ${server.name}`, ...serverFinding(server) })),
  ];
}

function dialledFinding({ url, state, lastError }: DialledBotStatus): Finding {
  return state === 'up' ? good(text`${url} is connected`) : bad(text`${url}: ${lastError ?? stateWords(state)}`);
}

function serverFinding({ enabled, protocol, links, url }: ServerStatus): Finding {
  const where = url ?? text`the port`;
  if (!enabled) return good(text`off`);
  const failing = links.find(({ lastError }) => lastError !== undefined);
  if (failing?.lastError !== undefined) return bad(text`${where}: ${failing.lastError}`);
  if (links.some(({ state }) => state === 'up')) return good(text`${where} is up`);
  if (protocol === 'listen') return bad(text`it has not dialled in`, text`start it; its address is that of the port`);
  return good(
    links.length === 0 ? text`no bot has come yet that it could be linked for` : text`${where}: nothing to send yet`,
  );
}
