import type { ServerResponse } from 'node:http';
import type { WebSocket } from 'ws';
import type { ListenServerConfig } from '../../config/types.ts';
import type { OneBotEvent } from '../../onebot/bot-frame.ts';
import { lifecycleEvent } from '../../onebot/lifecycle.ts';
import type { ApplicationPeer } from '../../port/types.ts';
import { Deliveries, frameLimitOf, TOO_LARGE } from '../delivery/deliveries.ts';
import { Lingering } from '../lingering.ts';
import type { LinkSeen, LinkStatus, ServerStatus, ServerWorker } from '../types.ts';
import type { WorkerContext } from '../worker-context.ts';
import { ApplicationSocket } from './application-socket.ts';
import { BotChannel, type SharedCare } from './bot-channel.ts';
import { type ApplicationConnection, connectionStatus, hears } from './connection.ts';
import { EventStream } from './event-stream.ts';

/**
 * The worker of a server that dials the bridge, as an application dials a OneBot implementation. Any number of
 * connections at once; each hears one bot (`?self_id=`) or all that the server sees. What comes while none is there
 * waits in the log.
 */
export class ListenWorker implements ServerWorker {
  #config: ListenServerConfig;
  readonly #context: WorkerContext;
  readonly #deliveries: Deliveries;
  readonly #connections = new Map<ApplicationConnection, Member>();
  readonly #channels = new Map<string, BotChannel>();
  /** Bots that left and whose channels are still there. */
  readonly #leaving = new Lingering();
  readonly #care: SharedCare = {
    isNeeded: () => this.#someChannel((channel) => channel.needsCare),
    isIdle: () => !this.#someChannel(({ underWay }) => underWay > 0),
    wakeAll: () => {
      for (const channel of this.#channels.values()) channel.wake();
    },
  };
  #paused = false;
  #stopped = false;

  constructor(config: ListenServerConfig, context: WorkerContext) {
    this.#config = config;
    this.#context = context;
    this.#deliveries = new Deliveries({ ...context, config });
  }

  refusal(): string | undefined {
    if (this.#stopped) return 'the server is being changed';
    return this.#connections.size < MAX_CONNECTIONS ? undefined : `${MAX_CONNECTIONS} connections of it are open`;
  }

  connected(socket: WebSocket, peer: ApplicationPeer): void {
    const connection: ApplicationSocket = new ApplicationSocket(socket, peer, {
      calls: this.#context.calls,
      config: () => this.#config,
      onCall: () => {
        this.#deliveries.counter.calls += 1;
      },
      onTooLarge: (frame) => this.#deliveries.otherTooLarge(frame),
      onRoom: () => this.#wake(connection),
      onClosed: (code) => this.#leave(connection, code),
      logger: this.#context.logger.child({ remote: peer.remote }),
    });
    this.#join(connection);
  }

  stream(response: ServerResponse, peer: ApplicationPeer): void {
    const connection: EventStream = new EventStream(response, peer, {
      onRoom: () => this.#wake(connection),
      onClosed: () => this.#leave(connection),
    });
    this.#join(connection);
  }

  botUp(selfId: string): void {
    this.#leaving.stays(selfId);
    if (this.#channels.has(selfId)) return;
    const channel = new BotChannel({
      selfId,
      cursor: this.#context.cursor(this.#config, selfId),
      rounds: this.#context.rounds,
      deliveries: this.#deliveries,
      care: this.#care,
      facts: this.#context.facts(),
      logger: this.#context.logger,
    });
    channel.setPaused(this.#paused);
    channel.setHeld(this.#context.isHeld(selfId));
    this.#channels.set(selfId, channel);
    for (const connection of this.#connections.keys()) {
      if (hears(connection, selfId)) this.#open(connection, channel);
    }
  }

  botDown(selfId: string): void {
    this.#leaving.leaves(selfId, {
      mayGo: () => (this.#channels.get(selfId)?.cursor.waitingEvents ?? 0) === 0,
      go: () => this.#drop(selfId),
    });
  }

  eventsWait(selfId: string): void {
    if (this.#channels.has(selfId)) return;
    this.botUp(selfId);
    this.botDown(selfId);
  }

  configure(config: ListenServerConfig): void {
    this.#config = config;
    this.#deliveries.configure(config);
    for (const connection of this.#connections.keys()) {
      const { selfId } = connection.peer;
      const isForeign = selfId !== undefined && config.bots?.includes(selfId) === false;
      if (isForeign) void connection.close('the server sees this bot no more');
    }
  }

  forgetLimit(): void {
    this.#deliveries.limit.forget();
  }

  relay(event: OneBotEvent): void {
    if (event.kind === 'heartbeat' && !this.#config.heartbeat) return;
    const payload = this.#deliveries.form.payload(event);
    for (const connection of this.#connections.keys()) {
      if (hears(connection, event.selfId)) connection.relay(payload);
    }
  }

  /** It dials itself: closing is all that can be done. */
  reconnect(): void {
    this.#deliveries.limit.forget();
    for (const connection of this.#connections.keys()) void connection.close('reconnect was asked for');
  }

  retry(): void {
    // Nothing to do: the application dials the bridge.
  }

  async forget(selfId: string): Promise<void> {
    this.#leaving.stays(selfId);
    this.#drop(selfId);
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    for (const channel of this.#channels.values()) channel.setPaused(paused);
  }

  setHeld(selfId: string, held: boolean): void {
    this.#channels.get(selfId)?.setHeld(held);
  }

  get settled(): boolean {
    return [...this.#channels.values()].every((channel) => channel.settled);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#leaving.stop();
    await Promise.all(
      [...this.#connections.keys()].map((connection) => connection.close('the bridge closes this link')),
    );
  }

  status(): ServerStatus {
    const { name, protocol, enabled } = this.#config;
    const channels = [...this.#channels.values()];
    return {
      name,
      protocol,
      enabled,
      paused: this.#paused,
      links: channels.map((channel) => this.#linkStatus(channel)),
      connections: [...this.#connections.keys()].map(connectionStatus),
      counts: this.#deliveries.counter.counts(channels.map(({ cursor }) => cursor)),
      ...frameLimitOf(this.#deliveries),
    };
  }

  #join(connection: ApplicationConnection): void {
    const { role, selfId, remote, userAgent } = connection.peer;
    const settling = setTimeout(() => this.#settle(connection), this.#context.settleMs);
    this.#connections.set(connection, { greeted: new Set(), settling, isSettled: false });
    this.#context.logger.info('a server dialled in', { role, bot: selfId, remote, agent: userAgent });
    for (const channel of this.#channels.values()) {
      if (hears(connection, channel.selfId)) this.#open(connection, channel);
    }
  }

  /** The connection has been up for a while. Waiting events may go now. */
  #settle(connection: ApplicationConnection): void {
    const member = this.#connections.get(connection);
    if (member === undefined) return;
    member.isSettled = true;
    for (const channel of this.#channels.values()) channel.settle(connection);
  }

  #leave(connection: ApplicationConnection, code?: number): void {
    clearTimeout(this.#connections.get(connection)?.settling);
    if (!this.#connections.delete(connection)) return;
    // The next connection may be of another application, or the application may have another limit.
    if (this.#connections.size === 0 && code !== TOO_LARGE) this.#deliveries.limit.forget();
    for (const channel of this.#channels.values()) channel.remove(connection);
    const { role, selfId, remote } = connection.peer;
    this.#context.logger.info('a server went away', { role, bot: selfId, remote });
  }

  /** From now on the connection hears that bot, first of all its lifecycle event. */
  #open(connection: ApplicationConnection, channel: BotChannel): void {
    const { selfId } = channel;
    const member = this.#connections.get(connection);
    if (member?.greeted.has(selfId) === false) {
      member.greeted.add(selfId);
      connection.relay(this.#deliveries.form.payload(lifecycleEvent(selfId, 'connect', Date.now())));
    }
    channel.add(connection);
    if (member?.isSettled === true) channel.settle(connection);
  }

  #wake(connection: ApplicationConnection): void {
    for (const channel of this.#channels.values()) {
      if (hears(connection, channel.selfId)) channel.wake();
    }
  }

  #someChannel(holds: (channel: BotChannel) => boolean): boolean {
    for (const channel of this.#channels.values()) if (holds(channel)) return true;
    return false;
  }

  #drop(selfId: string): void {
    const channel = this.#channels.get(selfId);
    this.#channels.delete(selfId);
    for (const [connection, { greeted }] of this.#connections) {
      channel?.remove(connection);
      greeted.delete(selfId);
    }
  }

  #linkStatus({ selfId, cursor, facts, listeners, since, heldEvents }: BotChannel): LinkStatus {
    let inFlight = 0;
    for (const { peer, underWay } of this.#connections.keys()) if (peer.selfId === selfId) inFlight += underWay;
    const { oldestAt } = cursor;
    const seen: Writable<LinkSeen> = {
      state: listeners > 0 ? 'up' : 'idle',
      since,
      queuedEvents: cursor.waitingEvents,
      isPaused: this.#paused,
      isHeld: heldEvents > 0,
      listens: true,
    };
    if (oldestAt !== undefined) seen.oldestAt = oldestAt;
    // This runs for thousands of links each second. Copying objects would take several times as long as setting the
    // members.
    const status: Writable<LinkStatus> = {
      selfId,
      state: seen.state,
      since,
      queuedEvents: seen.queuedEvents,
      standing: facts.standing(seen),
      queuedBytes: cursor.waitingBytes,
      inFlight,
    };
    if (oldestAt !== undefined) status.oldestAt = oldestAt;
    if (heldEvents > 0) status.heldEvents = heldEvents;
    return status;
  }
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

interface Member {
  /** Bots whose lifecycle event this connection has got. */
  readonly greeted: Set<string>;
  readonly settling: NodeJS.Timeout;
  /** Whether the connection has been up for a while. */
  isSettled: boolean;
}

/** Of one server. */
const MAX_CONNECTIONS = 256;
