import { access, constants, mkdir } from 'node:fs/promises';
import { createServer } from 'node:http';
import { probeBot } from '../bots/probe.ts';
import type { DialledBotStatus } from '../bots/types.ts';
import { formatFault } from '../config/findings.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/types.ts';
import { statusOverSocket } from '../operator/control/control-client.ts';
import { controlPaths } from '../operator/control/control-paths.ts';
import type { BridgeStatus } from '../operator/types.ts';
import { probeServer } from '../servers/probe.ts';
import type { ServerStatus } from '../servers/types.ts';
import { bad, type Finding, good } from '../support/finding.ts';
import { listen } from '../support/listen.ts';
import { VERSION } from './version.ts';

/** A finding and what it is about: `server survival`. */
interface Line extends Finding {
  readonly about: string;
}

/**
 * `qqbridge check`: validates the config, then tells of each server and bot whether it can be reached. A daemon that runs is
 * asked, since a probe beside it could unregister its links; else each is tried.
 *
 * @returns The exit status: 0 all is well, 1 something is not, 2 the file has faults.
 */
export async function runCheck(configFile: string): Promise<number> {
  const loaded = await loadConfig({ file: configFile });
  for (const warning of loaded.warnings) print(`warning  ${warning}`);
  if (loaded.kind === 'faulty') {
    for (const fault of loaded.faults) print(`fault    ${formatFault(fault)}`);
    return 2;
  }
  const { config } = loaded;
  print(`ok       ${configFile} has no faults`);
  const status = await statusOverSocket({ paths: controlPaths(configFile, config.dataDir), configFile });
  const lines = status === undefined ? await probeAll(config) : reportedBy(status);
  for (const { isGood, about, text, advice } of lines) {
    print(`${isGood ? 'ok      ' : 'PROBLEM '} ${about}: ${text}`);
    if (advice !== undefined) print(`         -> ${advice}`);
  }
  return lines.every(({ isGood }) => isGood) ? 0 : 1;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

async function probeAll(config: Config): Promise<readonly Line[]> {
  const userAgent = `QQBridge/${VERSION}`;
  const { port, bots, servers, dataDir } = config;
  const probes: Promise<readonly Line[]>[] = [
    probePort(port).then((finding) => [{ about: 'port', ...finding }]),
    probeFolder(dataDir).then((finding) => [{ about: 'data', ...finding }]),
    ...[...bots.dialled.values()].map(async (bot) => {
      const findings = await probeBot(bot, { maxPayloadBytes: bots.maxPayloadBytes, userAgent });
      return findings.map((finding) => ({ about: `bot ${bot.name}`, ...finding }));
    }),
    ...[...servers.values()].map(async (server) => [
      { about: `server ${server.name}`, ...(await probeServer(server, userAgent)) },
    ]),
  ];
  return (await Promise.all(probes)).flat();
}

async function probePort({ host, port }: Config['port']): Promise<Finding> {
  const server = createServer();
  try {
    await listen(server, { host, port });
    return good(`${host}:${port} is free`);
  } catch (error) {
    return bad(error instanceof Error ? error.message : String(error), 'stop the other program, or set another port');
  } finally {
    server.close();
  }
}

async function probeFolder(folder: string): Promise<Finding> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
    return good(`${folder} can be written`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return bad(`${folder} can't be written: ${reason}`, 'give it to the user that runs the bridge, or set data');
  }
}

/** What the daemon that runs knows by itself. */
function reportedBy({ address, bots, dialled, servers }: BridgeStatus): readonly Line[] {
  const online = bots.filter((bot) => bot.online);
  return [
    { about: 'daemon', ...good(`it runs, on ${address}`) },
    ...online.map(({ selfId }) => ({ about: `bot ${selfId}`, ...good('online') })),
    ...(online.length > 0 ? [] : [{ about: 'bots', ...bad('none has come', `let one connect to ${address}`) }]),
    ...dialled.map((bot) => ({ about: `bot ${bot.name}`, ...dialledFinding(bot) })),
    ...servers.map((server) => ({ about: `server ${server.name}`, ...serverFinding(server) })),
  ];
}

function dialledFinding({ url, state, lastError }: DialledBotStatus): Finding {
  return state === 'up' ? good(`${url} is connected`) : bad(`${url}: ${lastError ?? state}`);
}

function serverFinding({ enabled, protocol, links, url = 'the port' }: ServerStatus): Finding {
  if (!enabled) return good('off');
  const failing = links.find(({ lastError }) => lastError !== undefined);
  if (failing !== undefined) return bad(`${url}: ${failing.lastError}`);
  if (links.some(({ state }) => state === 'up')) return good(`${url} is up`);
  if (protocol === 'listen') return bad('it has not dialled in', 'start it; its address is that of the port');
  return good(links.length === 0 ? 'no bot has come yet that it could be linked for' : `${url}: nothing to send yet`);
}
