/** The certificate files that the settings name: read and tried, so that a fault is told before anything uses them. */
import { resolve } from 'node:path';
import { createSecureContext } from 'node:tls';
import { describeNetworkError } from '../support/network-error.ts';
import { NO_REGULAR_FILE, readRegularFile } from '../support/regular-file.ts';
import { type Text, text, type Words } from '../support/text.ts';
import type { Findings, KeyPath } from './findings.ts';
import type { Settings } from './schema.ts';
import { describeFound } from './validate.ts';
import { type MapNode, placeOf } from './yaml-tree.ts';

/** The text of each file, by its path in the settings. */
export type CertificateTexts = ReadonlyMap<string, string>;

export interface CertificateRequest {
  readonly settings: Settings;
  readonly root: MapNode;
  readonly findings: Findings;
  /** What relative paths start from. */
  readonly home: string;
}

/** Reads all of them and reports those that are missing, are no PEM or don't fit together. */
export function readCertificates(request: CertificateRequest): CertificateTexts {
  const { settings, root, findings } = request;
  const texts = new Map<string, string>();
  const fault = (path: KeyPath, reason: Words): void => {
    const spot = { place: placeOf(root, path), path };
    findings.fault(spot, describeFound(root, path), text`${ALLOWED[path.at(-1) ?? ''] ?? text`a file`} (${reason})`);
  };
  const read = (file: string | undefined, path: KeyPath): string | undefined => {
    if (file === undefined || findings.isFaulty(path)) return undefined;
    try {
      const pem = readRegularFile(resolve(request.home, file), MAX_BYTES).toString();
      texts.set(file, pem);
      // Node passes over what is no PEM, or of another kind.
      const kind = path.at(-1) === 'key' ? 'PRIVATE KEY-----' : '-----BEGIN CERTIFICATE-----';
      if (pem.includes(kind)) return pem;
      fault(path, text`none is in it`);
    } catch (error) {
      fault(path, describeFileError(error));
    }
    return undefined;
  };
  const attempt = (path: KeyPath, run: () => unknown): void => {
    try {
      run();
    } catch (error) {
      fault(path, describeNetworkError(error));
    }
  };

  if (settings.tls !== undefined) {
    const cert = read(settings.tls.cert, ['tls', 'cert']);
    const key = read(settings.tls.key, ['tls', 'key']);
    if (cert !== undefined) attempt(['tls', 'cert'], () => createSecureContext({ cert }));
    if (key !== undefined && !findings.isFaulty(['tls', 'cert'])) {
      attempt(['tls', 'key'], () => createSecureContext({ key, ...(cert === undefined ? {} : { cert }) }));
    }
  }
  for (const section of ['server_list', 'bots'] as const) {
    for (const [name, { tls }] of Object.entries(settings[section])) {
      if (tls?.ca === undefined) continue;
      const path = [section, name, 'tls', 'ca'];
      const ca = read(tls.ca, path);
      if (ca !== undefined) attempt(path, () => createSecureContext({ ca }));
    }
  }
  return texts;
}

const ALLOWED: Readonly<Record<string, Text>> = {
  cert: text`a file with a certificate in PEM, the chain behind it`,
  key: text`a file with the key of the certificate in PEM, without a passphrase`,
  ca: text`a file with the certificate of an authority in PEM`,
};

function describeFileError(error: unknown): Words {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return FILE_ERRORS[code] ?? (error instanceof Error ? error.message : String(error));
}

const FILE_ERRORS: Readonly<Record<string, Text>> = {
  ENOENT: text`there is no such file`,
  EACCES: text`it may not be read`,
  EISDIR: text`it is a folder`,
  [NO_REGULAR_FILE]: text`it is a pipe, a socket or a device`,
  EFBIG: text`it is larger than 4 MiB`,
};

/** The certificates of all authorities of an operating system are about 250 kB. */
const MAX_BYTES = 4 * 1024 * 1024;
