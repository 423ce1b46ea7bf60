import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cleanup } from '../support/cleanup.ts';
import type { ConfigFile, Daemon } from '../support/daemon.ts';
import { tagged } from '../support/events.ts';
import type { FakeHttpServer } from '../support/fake-http-server.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { eventuallyThere, operate } from '../support/operate.ts';
import { isEvent } from '../support/reports.ts';
import type { Random } from './random.ts';

/** Something that the daemon acknowledges, and what must be true of it after a kill. */
export interface KillRound {
  /** The promise that is tested. */
  readonly name: string;
  /** Throws when the promise is broken. */
  readonly run: (t: Cleanup, random: Random) => Promise<void>;
}

/**
 * Lets a daemon acknowledge something, kills it without warning 0 to 100 ms later, and starts it again. What was
 * acknowledged must then be true.
 *
 * @param acknowledge Settles when the daemon has acknowledged the change.
 * @returns The next run of the daemon. Its port is open.
 */
export async function killAfter(daemon: Daemon, random: Random, acknowledge: () => Promise<unknown>): Promise<Daemon> {
  const waitMs = random.between(0, 100);
  await acknowledge();
  // A kill at once is a case of its own, without even a turn of the event loop in between.
  if (waitMs > 0) await delay(waitMs);
  await daemon.kill9();
  return await daemon.startAgain();
}

/** The entry of an HTTP server that gets one event at a time. */
export const hookEntry = ({ port }: { readonly port: number }): ConfigFile => ({
  protocol: 'http',
  host: '127.0.0.1',
  port,
  concurrency: 1,
});

/** A WebSocket server that is away until its `listen()` is called. */
export async function absentSocketServer(t: Cleanup): Promise<FakeWebSocketServer> {
  const server = await FakeWebSocketServer.start(t);
  await server.stop();
  return server;
}

export function eventsAt(hook: FakeHttpServer): readonly string[] {
  return hook.posts.all.map(({ body }) => body).filter(isEvent);
}

export function eventsOn(server: FakeWebSocketServer): readonly string[] {
  return server.links.all.flatMap((link) => link.frames.all).filter(isEvent);
}

export function taggedAll(events: readonly string[], server: string): readonly string[] {
  return events.map((event) => tagged(event, server));
}

/** Settles when no event waits for any server. */
export async function nothingWaits(daemon: Daemon): Promise<void> {
  await eventuallyThere(async () => assert.match(await operate(daemon, 'queue'), /In all: nothing waits/));
}
