import { text, type Words } from '../support/text.ts';
import type { MachineOptions, Trouble } from './types.ts';

/** The cause of a state: what happened, and in quotes what the peer said about it, on one line. */
export function causeOf({ words, said }: Trouble, mask: MachineOptions['mask']): Words {
  const shown = peerWords(said ?? '', mask);
  return shown === '' ? words : text`${words}: "${shown}"`;
}

/** Masked first, since a cut may leave half a secret that nobody recognises. */
function peerWords(said: string, mask: MachineOptions['mask']): string {
  const line = mask(said.slice(0, MAX_READ)).replace(/\s+/g, ' ').trim();
  return line.length <= MAX_SHOWN ? line : `${line.slice(0, MAX_SHOWN)}...`;
}

/** An answer may be a whole web page. */
const MAX_READ = 1_024;
const MAX_SHOWN = 160;
