import { lstatSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import { errorCode } from '../../support/network-error.ts';
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
  print: (line: string, kind: ControlHead['kind']) => void,
): Promise<ControlHead['kind'] | undefined> {
  const response = await ask(target, command);
  if (response === undefined) return undefined;
  let kind: ControlHead['kind'] | undefined;
  for await (const text of createInterface({ input: response })) {
    if (kind === undefined) kind = (JSON.parse(text) as ControlHead).kind;
    else print(JSON.parse(text) as ControlLine, kind);
  }
  return kind ?? 'failed';
}

/** The state of the daemon; undefined where none listens. */
export async function statusOverSocket(target: ControlTarget): Promise<BridgeStatus | undefined> {
  const response = await ask(target, { query: 'status' });
  if (response === undefined) return undefined;
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return readTexts(text) as BridgeStatus;
}

/** The answer on the first socket that somebody listens on. */
async function ask({ paths, configFile }: ControlTarget, body: ControlRequest): Promise<IncomingMessage | undefined> {
  for (const path of paths) {
    if (!isTrusted(path, configFile)) continue;
    const response = await post(path, body);
    if (response !== undefined) return response;
  }
  return undefined;
}

function post(socketPath: string, body: ControlRequest): Promise<IncomingMessage | undefined> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath, method: 'POST', path: '/', agent: false }, resolve);
    call.on('error', (error) => (NOBODY.has(errorCode(error) ?? '') ? resolve(undefined) : reject(error)));
    call.end(JSON.stringify(body));
  });
}

const NOBODY: ReadonlySet<string> = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTSOCK', 'EACCES', 'EPERM']);

/** Not one that somebody else has put there: folders for temporary files are open to all. */
function isTrusted(path: string, configFile: string): boolean {
  const own = process.getuid?.();
  if (own === undefined) return true;
  const owner = ownerOf(path);
  return owner !== undefined && (owner === own || owner === ownerOf(configFile));
}

function ownerOf(file: string): number | undefined {
  return lstatSync(file, { throwIfNoEntry: false })?.uid;
}
