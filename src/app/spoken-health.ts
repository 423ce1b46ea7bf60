import type { LogHealth } from '../log/types.ts';
import type { LogStatus } from '../operator/types.ts';
import { text, type Words } from '../support/text.ts';

/** The health of the event log, with a reason that can be translated. */
export function spokenHealth(health: LogHealth): LogStatus {
  return health.kind === 'failing' ? { ...health, reason: inWords(health.reason) } : health;
}

/** The store reports a failed write in the words of the operating system or of LMDB. */
function inWords(reason: string): Words {
  if (/no space left|quota exceeded/i.test(reason)) return text`no space is left on the disk`;
  const [, rest] = /^(.*): the disk is full, over a quota, or failing$/s.exec(reason) ?? [];
  return rest === undefined ? reason : text`${rest}: the disk is full, over a quota, or failing`;
}
