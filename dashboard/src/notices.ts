import { signal } from '@preact/signals';
import { api } from './api.ts';
import { t } from './i18n.ts';

export interface Notice {
  readonly text: string;
  readonly isBad: boolean;
}

const SHOWN_MS = 6_000;

/** What was done last, or why it was not; read out by screen readers. */
export const notice = signal<Notice | undefined>(undefined);

let timer = 0;

export function say(text: string, isBad = false): void {
  notice.value = { text, isBad };
  clearTimeout(timer);
  timer = window.setTimeout(() => {
    notice.value = undefined;
  }, SHOWN_MS);
}

/** Gives a command and says what came of it. */
export async function order(command: string): Promise<boolean> {
  try {
    const { ok, lines } = await api.command(command);
    say(lines.join(' '), !ok);
    return ok;
  } catch (error) {
    say(t('commandFailed', error instanceof Error ? error.message : String(error)), true);
    return false;
  }
}
