import { lstatSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { createInterface } from 'node:readline';
import { errorCode } from '../../support/network-error.ts';
import type { ControlHead, ControlLine, ControlRequest } from './protocol.ts';

export interface ControlCall {
  readonly path: string;
  readonly request: ControlRequest;
  /** Takes each line of the answer as it comes. */
  readonly print: (line: string, kind: ControlHead['kind']) => void;
  /** A user beside this process's own whose socket is trusted. */
  readonly ownerUid?: number | undefined;
}

/** Gives a daemon a command over its socket. Settles when the answer is over; `nobody`: no daemon listens there. */
export async function commandOverSocket(call: ControlCall): Promise<ControlHead['kind'] | 'nobody'> {
  if (!isTrusted(call)) return 'nobody';
  const response = await ask(call);
  if (response === undefined) return 'nobody';
  let kind: ControlHead['kind'] | undefined;
  for await (const text of createInterface({ input: response })) {
    if (kind === undefined) kind = (JSON.parse(text) as ControlHead).kind;
    else call.print(JSON.parse(text) as ControlLine, kind);
  }
  return kind ?? 'failed';
}

function ask({ path, request: body }: ControlCall): Promise<IncomingMessage | undefined> {
  return new Promise((resolve, reject) => {
    const call = request({ socketPath: path, method: 'POST', path: '/', agent: false }, resolve);
    call.on('error', (error) => (NOBODY.has(errorCode(error) ?? '') ? resolve(undefined) : reject(error)));
    call.end(JSON.stringify(body));
  });
}

const NOBODY: ReadonlySet<string> = new Set(['ENOENT', 'ECONNREFUSED', 'ENOTSOCK', 'EACCES', 'EPERM']);

/** Not one that somebody else has put there: folders for temporary files are open to all. */
function isTrusted({ path, ownerUid }: ControlCall): boolean {
  const uid = process.getuid?.();
  if (uid === undefined) return true;
  try {
    const { uid: owner } = lstatSync(path);
    return owner === uid || owner === ownerUid;
  } catch {
    return false;
  }
}
