import { access, constants } from 'node:fs/promises';
import { createServer } from 'node:http';
import { probeBot } from '../bots/probe.ts';
import { formatFault } from '../config/findings.ts';
import { loadConfig } from '../config/load.ts';
import type { Config } from '../config/types.ts';
import { speakIn } from '../language/speak.ts';
import { statusOverSocket } from '../operator/control/control-client.ts';
import { controlPaths } from '../operator/control/control-paths.ts';
import { stateWords } from '../operator/state-words.ts';
import { padToWidth, textWidth } from '../operator/text-width.ts';
import { probeServer } from '../servers/probe.ts';
import { errorWords } from '../support/errors.ts';
import { bad, type Finding, good, problem } from '../support/finding.ts';
import { type ListenOptions, listen } from '../support/listen.ts';
import { makeFolder } from '../support/make-folder.ts';
import { describeNetworkError, errorCode } from '../support/network-error.ts';
import { type Speak, type Text, text, type Words } from '../support/text.ts';
import { type CheckLine, reportedBy } from './reported-states.ts';
import { VERSION } from './version.ts';

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
  for (const { isGood, about, state, words, meaning, advice, more } of lines) {
    const found = state === undefined ? words : words === '' ? stateWords(state) : text`${stateWords(state)}: ${words}`;
    print(isGood ? text`ok` : text`PROBLEM`, text`${about}: ${found}`);
    if (meaning !== undefined) print('', meaning);
    if (advice !== undefined) print('', text`-> ${advice}`);
    for (const line of more ?? []) print('', line);
  }
  return lines.every(({ isGood }) => isGood) ? 0 : 1;
}

async function findingsOf(config: Config, configFile: string): Promise<readonly CheckLine[]> {
  const target = { paths: controlPaths(configFile, config.dataDir), configFile };
  const patience = AbortSignal.timeout(DAEMON_MS);
  try {
    const status = await statusOverSocket(target, patience);
    return status === undefined ? await probeAll(config) : reportedBy(status);
  } catch (error) {
    const reason = patience.aborted ? text`no answer in time` : describeNetworkError(error);
    const hangs = problem({
      words: text`it runs, but does not answer on its control socket: ${reason}`,
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

async function probeAll(config: Config): Promise<readonly CheckLine[]> {
  const userAgent = `QQBridge/${VERSION}`;
  const { port, admin, bots, servers, dataDir } = config;
  const probes: Promise<readonly CheckLine[]>[] = [
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
    await makeFolder(folder);
    await access(folder, constants.W_OK);
    return good(text`${folder} can be written`);
  } catch (error) {
    return bad(text`${folder} can't be written: ${errorWords(error)}`, adviceForFolder(errorCode(error)));
  }
}

function adviceForFolder(code: string | undefined): Text {
  switch (code) {
    case 'EROFS':
      return text`mount its file system for writing, or set data`;
    case 'EEXIST':
    case 'ENOTDIR':
      return text`move the file away that stands in its place, or set data`;
    default:
      return text`give it to the user that runs the bridge, or set data`;
  }
}
