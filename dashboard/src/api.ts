import type { HistorySnapshot } from '../../src/operator/admin/history.ts';
import type { DeadLetterStatus, FaultDetail } from '../../src/operator/types.ts';
import { language } from './i18n.ts';

/** The daemon said no. */
export class RefusedError extends Error {
  readonly status: number;
  readonly retryAfter: number;

  constructor(status: number, message: string, retryAfter: number) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

export interface CommandAnswer {
  readonly ok: boolean;
  readonly lines: readonly string[];
  readonly faults?: readonly FaultDetail[];
}

async function ask(path: string, body?: object): Promise<Response> {
  const response = await fetch(path, {
    signal: AbortSignal.timeout(15_000),
    credentials: 'same-origin',
    ...(body === undefined
      ? { headers: { 'Accept-Language': language.value } }
      : {
          method: 'POST',
          headers: {
            'Accept-Language': language.value,
            'Content-Type': 'application/json',
            'X-QQBridge-Dashboard': '1',
          },
          body: JSON.stringify(body),
        }),
  });
  if (response.ok) return response;
  const answer = (await response.json().catch(() => ({}))) as { error?: string; lines?: readonly string[] };
  const reason = answer.error ?? answer.lines?.join(' ') ?? `HTTP ${response.status}`;
  throw new RefusedError(response.status, reason, Number(response.headers.get('Retry-After') ?? 0));
}

async function read<T>(path: string): Promise<T> {
  return (await (await ask(path)).json()) as T;
}

export const api = {
  logIn: (shown: { token: string } | { code: string }) => ask('api/login', shown),
  logOut: () => ask('api/logout', {}),
  session: () => read<{ loggedIn: boolean; language?: string }>('api/session'),
  history: () => read<HistorySnapshot>('api/history'),
  config: () => read<{ file: string; yaml: string }>('api/config'),
  deadLetters: () => read<{ letters: readonly DeadLetterStatus[] }>('api/dead'),
  deadLetter: (id: number) => read<{ json: string; byteLength: number }>(`api/dead/${id}`),
  command: async (command: string) => (await (await ask('api/command', { command })).json()) as CommandAnswer,
};
