import { statfsSync } from 'node:fs';
import { BridgeError } from '../../support/errors.ts';
import { causeOfNoFolder } from '../../support/make-folder.ts';
import { errorCode } from '../../support/network-error.ts';
import { type Text, text } from '../../support/text.ts';

/** Why the event log can't be opened, in one sentence that also says what to do. */
export function openingFault(path: string, error: unknown): BridgeError {
  if (error instanceof BridgeError) return error;
  const diskFault = diskFaultOf(error, path);
  if (diskFault !== undefined) {
    return new BridgeError('HOME_UNWRITABLE', text`the event log can't be kept in ${path}: ${diskFault}`, {
      cause: error,
    });
  }
  return new BridgeError(
    'STORE_BROKEN',
    text`the event log in ${path} can't be read: ${reasonOf(error)}; move the folder away to start with an empty log; what waits in it is lost then`,
    { cause: error },
  );
}

/** Why the folder can't be used at all. Does not speak of damage, since nothing has been read yet. */
export function folderFault(path: string, error: unknown): BridgeError {
  if (error instanceof BridgeError) return error;
  const why = diskFaultOf(causeOfNoFolder(path, error), path) ?? reasonOf(error);
  return new BridgeError('HOME_UNWRITABLE', text`the event log can't be kept in ${path}: ${why}`, { cause: error });
}

/** The words for a failed commit. LMDB says "Input/output error" when a full disk took only half of a write. */
export function commitFault(reason: string, path: string): string {
  if (!/input\/output error/i.test(reason)) return reason;
  return isFull(path) ? 'no space left on device' : `${reason}: the disk is full, over a quota, or failing`;
}

/** Recognises faults of the disk. They do not mean that the data on it is damaged. */
function diskFaultOf(error: unknown, path: string): Text | undefined {
  const reason = reasonOf(error);
  const isOneOf = (codes: readonly string[], words: RegExp) =>
    codes.includes(errorCode(error) ?? '') || words.test(reason);
  if (isOneOf(['EROFS'], /read-only file system/i)) {
    return text`the file system is mounted read-only; mount it for writing, or choose another folder (data, or --data)`;
  }
  if (isOneOf(['EACCES', 'EPERM'], /permission denied|operation not permitted/i)) {
    return text`this user may not write there; give the folder to the user that runs the bridge, or choose another folder (data, or --data)`;
  }
  const isNoSpace = isOneOf(['ENOSPC', 'EDQUOT', 'EFBIG'], /no space left|quota exceeded|file too large/i);
  if (isNoSpace || (/input\/output error/i.test(reason) && isFull(path))) {
    return text`no space is left on the disk; make room, or choose another folder (data, or --data)`;
  }
  if (isOneOf(['ENOTDIR', 'EEXIST'], /not a directory/i)) {
    return text`a file is in the way (${reason}); move it away, or choose another folder (data, or --data)`;
  }
  return undefined;
}

/** Whether the disk has less room than one commit may need. */
function isFull(path: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(path);
    return bavail * bsize < 256 * 1024;
  } catch {
    return false; // The size of the disk is not known.
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
