import { lstatSync, type Stats } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { errorCode } from '../../support/network-error.ts';
import { readToEnd } from '../../support/read-to-end.ts';
import { readTexts } from '../../support/text-json.ts';
import type { BridgeStatus } from '../types.ts';
import type { ControlHead, ControlLine, ControlRequest } from './protocol.ts';

/** The daemon of a config file, by the sockets that it may listen on. */
export interface ControlTarget {
  readonly paths: readonly string[];
  /** Its owner is trusted like this process's own user. */
  readonly configFile: string;
}

/**
 * Gives the daemon a command.
 *
 * @param print Takes each line of the answer as it comes.
 * @returns When the answer is over; undefined where no daemon listens.
 */
export async function commandOverSocket(
  target: ControlTarget,
  command: ControlRequest,
  print: (line: string, kind: ControlHead['kind']) => Promise<void> | void,
): Promise<ControlHead['kind'] | undefined> {
  const response = await ask(target, command);
  if (response === undefined) return undefined;
  let kind: ControlHead['kind'] | undefined;
  for await (const text of createInterface({ input: response })) {
    if (kind === undefined) kind = (JSON.parse(text) as ControlHead).kind;
    else await print(JSON.parse(text) as ControlLine, kind);
  }
  return kind ?? 'failed';
}

/**
 * The state of the daemon; undefined where none listens.
 *
 * @param signal Ends the waiting for one that hangs; it rejects then.
 */
export async function statusOverSocket(target: ControlTarget, signal: AbortSignal): Promise<BridgeStatus | undefined> {
  const response = await ask(target, { query: 'status' }, signal);
  if (response === undefined) return undefined;
  const text = await readToEnd(response, MAX_STATUS_BYTES);
  if (!Buffer.isBuffer(text)) throw new RangeError(`the status of the daemon is ${text}`);
  return readTexts(text.toString()) as BridgeStatus;
}

/** More than the status of a thousand servers with a thousand bots each. */
const MAX_STATUS_BYTES = 512 * 1024 * 1024;

/** The answer on the first socket that somebody listens on. */
async function ask(
  { paths, configFile }: ControlTarget,
  body: ControlRequest,
  signal?: AbortSignal,
): Promise<IncomingMessage | undefined> {
  for (const path of paths) {
    if (!isTrusted(path, configFile)) continue;
    const response = await post(path, body, signal);
    if (response !== undefined) return response;
  }
  return undefined;
}

function post(
  socketPath: string,
  body: ControlRequest,
  signal: AbortSignal | undefined,
): Promise<IncomingMessage | undefined> {
  return new Promise((resolve, reject) => {
    const limit = signal === undefined ? {} : { signal };
    const call = request({ socketPath, method: 'POST', path: '/', agent: false, ...limit }, resolve);
    call.on('error', (error) => (NOBODY.has(errorCode(error) ?? '') ? resolve(undefined) : reject(error)));
    call.end(JSON.stringify(body));
  });
}

const NOBODY: ReadonlySet<string> = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTSOCK', 'EACCES', 'EPERM']);

/**
 * Not one that somebody else has put there: folders for temporary files are open to all. A data folder is not, and whose
 * it is the config has said.
 */
function isTrusted(path: string, configFile: string): boolean {
  const own = process.getuid?.();
  if (own === undefined) return true;
  const owner = statOf(path)?.uid;
  if (owner === undefined) return false;
  const folder = statOf(dirname(path));
  const isOwnersFolder = folder !== undefined && folder.uid === owner && (folder.mode & OTHERS_MAY_WRITE) === 0;
  return owner === own || owner === statOf(configFile)?.uid || isOwnersFolder;
}

const OTHERS_MAY_WRITE = 0o022;

/** The user whose daemon may listen on a socket that this process may not open, or in a folder that it may not see. */
export function foreignOwner({ paths }: ControlTarget): number | undefined {
  const own = process.getuid?.();
  if (own === undefined || own === 0) return undefined;
  const owners = paths.map((path) => {
    const folder = statOf(dirname(path));
    const isClosed = folder !== undefined && (folder.mode & OTHERS_MAY_ENTER) === 0;
    return statOf(path)?.uid ?? (isClosed ? folder.uid : undefined);
  });
  return owners.find((owner) => owner !== undefined && owner !== own);
}

const OTHERS_MAY_ENTER = 0o001;

/** Undefined also where the way there is closed to this user. */
function statOf(file: string): Stats | undefined {
  try {
    return lstatSync(file, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
