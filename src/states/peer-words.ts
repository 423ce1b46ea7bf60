import { text, type Words } from '../support/text.ts';
import type { MachineOptions, Trouble } from './types.ts';

/** The cause of a state on one line: what happened, and in quotes what the peer said about it. */
export function causeOf({ words, said }: Trouble, mask: MachineOptions['mask']): Words {
  const shown = peerWords(said ?? '', mask);
  return shown === '' ? words : text`${words}: "${shown}"`;
}

/** Masks first and cuts then: after a cut, half a secret could not be recognised. */
function peerWords(said: string, mask: MachineOptions['mask']): string {
  const line = mask(said.slice(0, MAX_READ)).replace(/\s+/g, ' ').trim();
  return line.length <= MAX_SHOWN ? line : `${line.slice(0, MAX_SHOWN)}...`;
}

/** An answer may be a whole web page, so only its beginning is read. */
const MAX_READ = 1_024;
const MAX_SHOWN = 160;
