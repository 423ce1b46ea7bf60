import { randomBytes } from 'node:crypto';
import type { ChosenSettings, FileValue } from '../../config/compose.ts';
import { isLoopback } from '../../config/hosts.ts';
import type { BotKind } from './kinds.ts';

/** What will be written, before it is: from flags, from another program's config, from answers. */
export interface Plan {
  readonly settings: ChosenSettings;
  readonly bot: BotKind;
}

/** Entries of `server_list`, as far as they are read here. */
export type ServerEntries = Readonly<Record<string, Readonly<Record<string, FileValue>>>>;

export function serversOf(settings: ChosenSettings): ServerEntries {
  return (settings['server_list'] ?? {}) as ServerEntries;
}

/** The first port from 5700 on that is none of the others'. */
export function portBeside(taken: readonly number[]): number {
  let port = FIRST_PORT;
  while (taken.includes(port)) port += 1;
  return port;
}

const FIRST_PORT = 5700;

export function newToken(): string {
  return randomBytes(18).toString('base64url');
}

/** A port that others can reach takes a token; on loopback none is needed unless it is wished for. */
export function withNeededTokens(settings: ChosenSettings): ChosenSettings {
  const isOpen = !isLoopback(String(settings['host'] ?? '127.0.0.1'));
  const isGuarded = settings['access_token'] !== undefined || String(settings['insecure']) === 'true';
  const servers = Object.entries(serversOf(settings)).map(([name, entry]) => {
    const needsToken = entry['protocol'] === 'listen' && entry['access_token'] === undefined;
    return [name, needsToken ? { ...entry, access_token: newToken() } : entry] as const;
  });
  return {
    ...settings,
    ...(isOpen && !isGuarded ? { access_token: newToken() } : {}),
    server_list: Object.fromEntries(servers),
  };
}
