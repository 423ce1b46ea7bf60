import type { ServerConfig } from '../config/types.ts';

/**
 * The name of the log cursor that an event of `selfId` waits at: one per server for `http`, one per server and bot
 * for the others, so that one bot's broken link holds up no other's. Server names hold no `/`.
 */
export function cursorName(server: Pick<ServerConfig, 'name' | 'protocol'>, selfId: string): string {
  return server.protocol === 'http' ? server.name : `${server.name}/${selfId}`;
}

/** The server that a cursor belongs to. */
export function serverOfCursor(cursor: string): string {
  const slash = cursor.indexOf('/');
  return slash < 0 ? cursor : cursor.slice(0, slash);
}
