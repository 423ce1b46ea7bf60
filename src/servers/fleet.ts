import type { ServerResponse } from 'node:http';
import { isDeepStrictEqual } from 'node:util';
import type { WebSocket } from 'ws';
import type { ServerConfig } from '../config/types.ts';
import type { OneBotEvent } from '../onebot/bot-frame.ts';
import type { ApplicationGate, ApplicationPeer } from '../port/types.ts';
import { inTurns } from '../support/in-turns.ts';
import { shownUrl } from '../support/shown-url.ts';
import { DeliveryCounter } from './delivery/delivery-counter.ts';
import { HttpWorker } from './http/http-worker.ts';
import { LeasedCursor } from './leased-cursor.ts';
import { ListenWorker } from './listen/listen-worker.ts';
import { Visitors } from './listen/visitors.ts';
import type { ServerStatus, ServerWorker } from './types.ts';
import { FlushRounds } from './websocket/flush-rounds.ts';
import { WebSocketWorker } from './websocket/websocket-worker.ts';
import type { WorkerContext } from './worker-context.ts';

export interface FleetOptions extends Omit<WorkerContext, 'rounds' | 'isHeld'> {
  /** Whether a server sees the events of that bot. */
  readonly sees: (server: ServerConfig, selfId: string) => boolean;
}

/**
 * All servers, each with a worker of its own, so that none waits for another.
 *
 * `app/` adds and removes servers on start and reload; `bots/` says which bots are there, and each worker gets
 * those that its server sees. Applications that dial in are brought here by the port.
 */
export class Fleet implements ApplicationGate {
  readonly #options: FleetOptions;
  readonly #rounds = new FlushRounds();
  readonly #visitors: Visitors;
  /** Bots whose events are held back. */
  readonly #held = new Set<string>();
  readonly #members = new Map<string, Member>();

  constructor(options: FleetOptions) {
    this.#options = options;
    this.#visitors = new Visitors(options.calls, options.logger);
  }

  /** Starts the worker of a server, for the bots that are online. A disabled one is only listed. */
  add(config: ServerConfig, online: readonly string[]): void {
    const leases = new Map<string, LeasedCursor>();
    const worker = config.enabled ? this.#start(config, leases) : undefined;
    this.#members.set(config.name, { config, worker, leases });
    for (const selfId of online) {
      if (this.#options.sees(config, selfId)) worker?.botUp(selfId);
    }
  }

  /** Stops the worker of a server. Settles when its connections are closed and none of its events is in flight. */
  async remove(name: string): Promise<void> {
    const member = this.#members.get(name);
    this.#members.delete(name);
    try {
      await Promise.all([member?.worker?.stop(), this.#visitors.leave(({ server }) => server?.name === name)]);
    } finally {
      for (const lease of member?.leases.values() ?? []) lease.end();
    }
    // An application that identifies a bot's connection by `X-Self-ID` alone, such as aiocqhttp, has unregistered the
    // bot now. Other servers at its address connect anew, which registers the bot again.
    if (member?.worker !== undefined) for (const twin of this.#atAddressOf(member.config)) twin.reconnect();
  }

  /**
   * Takes up a changed config of a server. The changes must not concern its connections. Settles when the connections
   * for bots that the server no longer sees are closed.
   *
   * @param waiting Bots of which events wait for the server.
   */
  async configure(config: ServerConfig, online: readonly string[], waiting: readonly string[]): Promise<void> {
    const member = this.#members.get(config.name);
    if (member === undefined) return;
    const { config: before, worker } = member;
    this.#members.set(config.name, { ...member, config });
    worker?.configure(config);
    const isSeen = (selfId: string) => this.#options.sees(config, selfId);
    const isNew = (selfId: string) => isSeen(selfId) && !this.#options.sees(before, selfId);
    const unseen = (worker?.status().links ?? []).flatMap(({ selfId = '' }) => (isSeen(selfId) ? [] : [selfId]));
    await Promise.all(unseen.map((selfId) => worker?.forget(selfId)));
    for (const selfId of online.filter(isNew)) worker?.botUp(selfId);
    for (const selfId of waiting.filter(isNew)) worker?.eventsWait(selfId);
    if (haveSameRights(before, config)) return;
    await this.#visitors.leave(({ server }) => server?.name === config.name);
  }

  has(name: string): boolean {
    return this.#members.has(name);
  }

  /** From now on lists the servers in this order. */
  arrange(names: Iterable<string>): void {
    for (const name of names) {
      const member = this.#members.get(name);
      if (member === undefined || !this.#members.delete(name)) continue;
      this.#members.set(name, member);
    }
  }

  refusal(peer: ApplicationPeer): string | undefined {
    const worker = this.#listening(peer);
    // It has been configured, but its worker is not there yet.
    if (worker === undefined && peer.server?.protocol === 'listen') return 'the server is being changed';
    return (worker ?? this.#visitors).refusal();
  }

  connected(socket: WebSocket, peer: ApplicationPeer): void {
    (this.#listening(peer) ?? this.#visitors).connected(socket, peer);
  }

  stream(response: ServerResponse, peer: ApplicationPeer): void {
    const worker = this.#listening(peer);
    if (worker === undefined) response.destroy();
    else worker.stream(response, peer);
  }

  /** Nobody may call without a token any more. */
  async dismissAnonymous(): Promise<void> {
    await this.#visitors.leave(({ server }) => server === undefined);
  }

  botUp(selfId: string): void {
    for (const worker of this.#seeing(selfId)) worker.botUp(selfId);
  }

  botDown(selfId: string): void {
    for (const worker of this.#seeing(selfId)) worker.botDown(selfId);
  }

  /** The links of this account close at once. The links of a real bot would stay for a minute. */
  neverWas(selfId: string): void {
    this.forget(selfId).catch((error: unknown) => {
      this.#options.logger.error('the links of a bot could not be closed', { bot: selfId, error });
    });
  }

  /** Holds the events of a bot back while the bot could not take replies. */
  hold(selfId: string): void {
    this.#held.add(selfId);
    for (const worker of this.#seeing(selfId)) worker.setHeld(selfId, true);
  }

  release(selfId: string): void {
    this.#held.delete(selfId);
    for (const worker of this.#seeing(selfId)) worker.setHeld(selfId, false);
  }

  /** Passes a lifecycle or heartbeat event of a bot to the links that are up. */
  relay(event: OneBotEvent): void {
    const { logger } = this.#options;
    if (logger.debugEnabled) logger.debug('an event is relayed', { bot: event.selfId, event: event.kind });
    for (const worker of this.#seeing(event.selfId)) {
      try {
        worker.relay(event);
      } catch (error) {
        logger.error('a lifecycle or heartbeat event could not be relayed', { bot: event.selfId, error });
      }
    }
  }

  /** Lets a server take what waits for it of a bot that may be gone. */
  eventsWait(name: string, selfId: string): void {
    const member = this.#members.get(name);
    if (member !== undefined && this.#options.sees(member.config, selfId)) member.worker?.eventsWait(selfId);
  }

  /** Holds a server's events back, or lets them go again. False when there is no such server, or it is disabled. */
  setPaused(name: string, paused: boolean): boolean {
    const worker = this.#members.get(name)?.worker;
    worker?.setPaused(paused);
    return worker !== undefined;
  }

  /** Forgets the frame limit of a server, because events that were too large for it are about to be sent again. */
  forgetLimit(name: string): void {
    this.#members.get(name)?.worker?.forgetLimit();
  }

  /** False when there is no such server, or it is disabled. */
  reconnect(name: string): boolean {
    const worker = this.#members.get(name)?.worker;
    worker?.reconnect();
    return worker !== undefined;
  }

  /** At all servers: if a link waits for its next try, tries at once. */
  retry(): void {
    for (const { worker } of this.#members.values()) worker?.retry();
  }

  /** Removes everything that the servers keep for a bot that is gone for good. */
  async forget(selfId: string): Promise<void> {
    await Promise.all([...this.#members.values()].map(({ worker }) => worker?.forget(selfId)));
  }

  /** Whether every server that is up has got what waited for it. */
  get settled(): boolean {
    return [...this.#members.values()].every(({ worker }) => worker?.settled ?? true);
  }

  statuses(): readonly ServerStatus[] {
    return [...this.#members.values()].map(statusOf);
  }

  /**
   * The result of {@link statuses}, gathered in several turns of the event loop, since thousands of links take long.
   */
  async statusesInTurns(): Promise<readonly ServerStatus[]> {
    return await inTurns([...this.#members.values()], statusOf);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#members.keys()].map((name) => this.remove(name)));
    await this.#visitors.leave(() => true);
  }

  #start(config: ServerConfig, leases: Map<string, LeasedCursor>): ServerWorker {
    const logger = this.#options.logger.child({ server: config.name });
    const cursor = (server: ServerConfig, selfId: string) => {
      const found = this.#options.cursor(server, selfId);
      const known = leases.get(found.name);
      // A forgotten bot that has come back has a new cursor, and the old lease does not fit it.
      const lease = known?.isOf(found) === true ? known : new LeasedCursor(found);
      leases.set(found.name, lease);
      return lease;
    };
    const isHeld = (selfId: string) => this.#held.has(selfId);
    const context = { ...this.#options, cursor, rounds: this.#rounds, isHeld, logger };
    switch (config.protocol) {
      case 'websocket':
        return new WebSocketWorker(config, context);
      case 'http':
        return new HttpWorker(config, context);
      case 'listen':
        return new ListenWorker(config, context);
    }
  }

  #listening({ server }: ApplicationPeer): ListenWorker | undefined {
    const worker = server === undefined ? undefined : this.#members.get(server.name)?.worker;
    return worker instanceof ListenWorker ? worker : undefined;
  }

  /** The workers that dial the same address. */
  *#atAddressOf(config: ServerConfig): Iterable<ServerWorker> {
    if (config.protocol !== 'websocket') return;
    const { href } = new URL(config.url);
    for (const { config: other, worker } of this.#members.values()) {
      const isTwin = other.protocol === 'websocket' && new URL(other.url).href === href;
      if (isTwin && worker !== undefined) yield worker;
    }
  }

  *#seeing(selfId: string): Iterable<ServerWorker> {
    for (const { config, worker } of this.#members.values()) {
      if (worker !== undefined && this.#options.sees(config, selfId)) yield worker;
    }
  }
}

/** Whether both configs allow the same calls. */
function haveSameRights(one: ServerConfig, other: ServerConfig): boolean {
  const rightsOf = ({ bots, actions, callTimeoutMs }: ServerConfig) => [bots, actions, callTimeoutMs];
  return isDeepStrictEqual(rightsOf(one), rightsOf(other));
}

interface Member {
  readonly config: ServerConfig;
  /** Absent for a disabled server. */
  readonly worker: ServerWorker | undefined;
  /** The cursors that its worker reads, by name. */
  readonly leases: ReadonlyMap<string, LeasedCursor>;
}

function statusOf({ config, worker }: Member): ServerStatus {
  return worker?.status() ?? disabledStatus(config);
}

function disabledStatus(config: ServerConfig): ServerStatus {
  const { name, protocol } = config;
  const counts = new DeliveryCounter().counts([]);
  return {
    name,
    protocol,
    ...('url' in config ? { url: shownUrl(config.url) } : {}),
    enabled: false,
    paused: false,
    links: [],
    counts,
  };
}
