import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { homeOf } from '../config/home.ts';
import { type LoadOutcome, loadConfig } from '../config/load.ts';
import { speakIn } from '../language/speak.ts';
import { commandOverSocket, foreignOwner } from '../operator/control/control-client.ts';
import { controlPaths } from '../operator/control/control-paths.ts';
import { describeNetworkError, errorCode } from '../support/network-error.ts';
import { type Speak, type Text, text } from '../support/text.ts';

export interface CtlOptions {
  readonly configFile: string;
  /** The words of the command. */
  readonly words: readonly string[];
}

/**
 * `qqbridge ctl COMMAND...`: has the running daemon carry a console command out, and prints what it says.
 *
 * @returns The exit status: 1 where none runs or the command failed, 2 for a wrong command.
 */
export async function runCtl({ configFile, words }: CtlOptions): Promise<number> {
  const loaded = await loadConfig({ file: configFile });
  const speak = speakIn(loaded.language);
  const dataDir = loaded.kind === 'loaded' ? loaded.config.dataDir : join(homeOf(configFile), 'data');
  const { columns } = process.stdout;
  const request = { command: words.join(' '), ...(columns === undefined ? {} : { columns }) };
  const print = async (line: string, kind: string): Promise<void> => {
    clearTimeout(patience);
    const output = kind === 'ok' ? process.stdout : process.stderr;
    // What the terminal does not take, the daemon is not asked for.
    if (!output.write(`${line}\n`)) await once(output, 'drain');
  };
  const patience = setTimeout(() => complain(speak, IMPATIENCE), PATIENCE_MS);
  const target = { paths: controlPaths(configFile, dataDir), configFile };
  try {
    const kind = await commandOverSocket(target, request, print);
    if (kind !== undefined) return STATUSES[kind];
  } catch (error) {
    complain(speak, text`the daemon broke off its answer: ${describeNetworkError(error)}`);
    return STATUSES.failed;
  } finally {
    clearTimeout(patience);
  }
  const status = await overAdmin(request.command, { loaded, dataDir, speak });
  if (status !== undefined) return status;
  const owner = foreignOwner(target);
  complain(
    speak,
    owner === undefined
      ? text`no daemon runs with ${configFile}`
      : text`no daemon of this user runs with ${configFile}; the user with the id ${owner} may have one: run ctl as that user`,
  );
  return STATUSES.failed;
}

const PATIENCE_MS = 5_000;
const IMPATIENCE = text`the daemon has not answered yet; ctrl-C ends the waiting`;

const STATUSES = { ok: 0, failed: 1, wrong: 2 } as const;

/** For a daemon whose sockets can't be reached, such as one in a container with its admin port published. */
async function overAdmin(
  command: string,
  { loaded, dataDir, speak }: { loaded: LoadOutcome; dataDir: string; speak: Speak },
): Promise<number | undefined> {
  if (loaded.kind !== 'loaded' || !loaded.config.admin.enabled) return undefined;
  const { host, port, token = await storedToken(dataDir) } = loaded.config.admin;
  if (token === undefined) return undefined;
  try {
    const response = await fetch(`http://${reachable(host)}:${port}/api/command`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json', Connection: 'close' },
      body: JSON.stringify({ command }),
      signal: AbortSignal.timeout(ADMIN_TIMEOUT_MS),
    });
    const { ok, lines = [] } = (await response.json()) as { ok?: boolean; lines?: readonly string[] };
    if (response.status !== 200 && response.status !== 400) return undefined;
    for (const line of lines) (ok === true ? process.stdout : process.stderr).write(`${line}\n`);
    if (response.status === 400) return STATUSES.wrong;
    return ok === true ? STATUSES.ok : STATUSES.failed;
  } catch (error) {
    // Where nobody listens at all, nobody is what there is to tell.
    if (errorCode(error) !== 'ECONNREFUSED') {
      complain(speak, text`no answer on the admin port: ${describeNetworkError(error)}`);
    }
    return undefined;
  }
}

const ADMIN_TIMEOUT_MS = 30_000;

async function storedToken(dataDir: string): Promise<string | undefined> {
  const text = await readFile(join(dataDir, 'admin-token'), 'utf8').catch(() => '');
  return text.trim() || undefined;
}

function reachable(host: string): string {
  if (host === '' || host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function complain(speak: Speak, words: Text): void {
  process.stderr.write(`qqbridge: ${speak(words)}\n`);
}
