import type { Daemon } from './daemon.ts';
import { eventually } from './eventually.ts';

/** For `admin.token` in the config of a daemon that a test operates by {@link operate} and {@link serverState}. */
export const ADMIN = { token: 'a-token-for-the-tests' } as const;

/** What the tests read of a server in `/api/status`. */
export interface ServerState {
  readonly paused: boolean;
  readonly links: readonly { readonly state: string; readonly queuedEvents: number; readonly queuedBytes: number }[];
  readonly counts: {
    readonly delivered: number;
    readonly retried: number;
    readonly unanswered: number;
    readonly dropped: {
      readonly tooOld: number;
      readonly overflow: number;
      readonly unreadable: number;
      readonly dead: number;
    };
  };
}

/** Gives a command over the admin listener and returns its answer; rejects where it fails or is wrong. */
export async function operate(daemon: Daemon, command: string): Promise<string> {
  const response = await fetch(`${daemon.adminUrl}/api/command`, {
    method: 'POST',
    headers: { ...AUTHORIZATION, 'Content-Type': 'application/json' },
    body: JSON.stringify({ command }),
  });
  const { ok, lines } = (await response.json()) as { ok: boolean; lines: string[] };
  if (!ok) throw new Error(`${command}: ${lines.join(' ')}`);
  return lines.join('\n');
}

export async function serverState(daemon: Daemon, name: string): Promise<ServerState> {
  const response = await fetch(`${daemon.adminUrl}/api/status`, { headers: AUTHORIZATION });
  const { servers } = (await response.json()) as { servers: readonly (ServerState & { readonly name: string })[] };
  const found = servers.find((server) => server.name === name);
  if (found === undefined) throw new Error(`no server ${name}`);
  return found;
}

/** How many events wait for a server, in flight ones included. */
export async function waitingEvents(daemon: Daemon, name: string): Promise<number> {
  const { links } = await serverState(daemon, name);
  return links.reduce((sum, { queuedEvents }) => sum + queuedEvents, 0);
}

/** `eventually` for checks that ask a daemon over its admin listener: less often, since each costs both sides a connection. */
export async function eventuallyThere<T>(check: () => Promise<T>): Promise<T> {
  return await eventually(check, { everyMs: 50 });
}

const AUTHORIZATION = { Authorization: `Bearer ${ADMIN.token}`, Connection: 'close' };
