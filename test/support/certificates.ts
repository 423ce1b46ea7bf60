import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { launcher } from './daemon.ts';

/**
 * Certificates for 127.0.0.1 and localhost that are good for a hundred years, and the authority that signed them. `stranger` is
 * another authority; `expired` and `elsewhere` signed themselves, the one until 2001, the other for another name. Made with openssl; they guard nothing.
 */
const FOLDER = join(dirname(launcher()), '..', 'test', 'support', 'certificates');

export function certificateFile(name: string): string {
  return join(FOLDER, name);
}

export function certificateText(name: string): string {
  return readFileSync(certificateFile(name), 'utf8');
}

/** For `tls` of the port. */
export function identity(name: 'first' | 'renewed' | 'expired' | 'elsewhere'): { cert: string; key: string } {
  return { cert: certificateFile(`${name}.pem`), key: certificateFile(`${name}.key`) };
}
