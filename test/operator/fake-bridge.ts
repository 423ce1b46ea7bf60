import type { EndedCall } from '../../src/calls/types.ts';
import type {
  BotReport,
  BridgeStatus,
  DeadLetterStatus,
  ForgetOutcome,
  LogLine,
  OperatedBridge,
  ReloadOutcome,
  ServerReport,
  TailedEvent,
  WorkerStatus,
} from '../../src/operator/types.ts';
import type { LinkStatus } from '../../src/servers/types.ts';

/** A bridge that keeps what it was told, and whose answers a test may set. */
export class FakeBridge implements OperatedBridge {
  readonly told: string[] = [];
  current: BridgeStatus;
  workerList: readonly WorkerStatus[] = [];
  letters: DeadLetterStatus[] = [];
  reloadOutcome: ReloadOutcome = { kind: 'applied', changes: [], needRestart: [], warnings: [] };
  debug = false;
  language: 'en' | 'zh' | undefined;
  /** To every call. */
  answer = '{"status":"ok","retcode":0,"data":null}';
  /** Who follows events, and of which server. */
  readonly followers = new Set<{ readonly server: string | undefined; readonly tell: (event: TailedEvent) => void }>();

  constructor(status: Partial<BridgeStatus> = {}) {
    this.current = {
      version: '1.2.3',
      startedAt: Date.now() - 3_725_000,
      phase: 'ready',
      address: 'http://127.0.0.1:5700',
      configFile: '/home/qq/config/config.yml',
      log: { kind: 'durable' },
      bots: [],
      dialled: [],
      calls: [],
      servers: [],
      ...status,
    };
  }

  status(): BridgeStatus {
    return this.current;
  }

  async statusInTurns(): Promise<BridgeStatus> {
    return this.current;
  }

  readiness(): Pick<BridgeStatus, 'phase' | 'log'> {
    return this.current;
  }

  pageLanguage(): 'en' | 'zh' | undefined {
    return this.language;
  }

  workers(): readonly WorkerStatus[] {
    return this.workerList;
  }

  forgetOutcome: ForgetOutcome = { kind: 'forgotten', events: 0 };

  async forget(selfId: string): Promise<ForgetOutcome> {
    this.told.push(`forget ${selfId}`);
    return this.forgetOutcome;
  }

  async reload(): Promise<ReloadOutcome> {
    this.told.push('reload');
    return this.reloadOutcome;
  }

  async call(action: string, params: string): Promise<string> {
    this.told.push(`call ${action} ${params}`);
    return this.answer;
  }

  reconnect(server: string): boolean {
    this.told.push(`reconnect ${server}`);
    return true;
  }

  pause(server: string): boolean {
    this.told.push(`pause ${server}`);
    return this.#isThere(server);
  }

  resume(server: string): boolean {
    this.told.push(`resume ${server}`);
    return this.#isThere(server);
  }

  deadLetters(server?: string): readonly DeadLetterStatus[] {
    return this.letters.filter((letter) => server === undefined || letter.server === server);
  }

  async retryDead(server: string): Promise<number | undefined> {
    this.told.push(`retry dead ${server}`);
    return this.#isThere(server) ? this.#takeLetters(server) : undefined;
  }

  async dropDead(server: string): Promise<number> {
    this.told.push(`drop dead ${server}`);
    return this.#takeLetters(server);
  }

  tail(server: string | undefined, listener: (event: TailedEvent) => void): () => void {
    const follower = { server, tell: listener };
    this.followers.add(follower);
    return () => this.followers.delete(follower);
  }

  readonly callWatchers = new Set<(call: EndedCall) => void>();
  readonly logFollowers = new Set<(line: LogLine) => void>();
  log: LogLine[] = [];
  link: string | undefined = 'http://127.0.0.1:5780/#login=a-code';

  watchCalls(listener: (call: EndedCall) => void): () => void {
    this.callWatchers.add(listener);
    return () => this.callWatchers.delete(listener);
  }

  logLines(): readonly LogLine[] {
    return this.log;
  }

  followLog(listener: (line: LogLine) => void): () => void {
    this.logFollowers.add(listener);
    return () => this.logFollowers.delete(listener);
  }

  deadLetter(id: number): Buffer | undefined {
    return this.letters.some((letter) => letter.id === id) ? Buffer.from(`{"letter":${id}}`) : undefined;
  }

  shownConfig(): string {
    return 'host: 127.0.0.1\n';
  }

  dashboardLink(): string | undefined {
    return this.link;
  }

  /** Tells whoever follows of an event, with that JSON. */
  event(json: string, server?: string): void {
    const event = { selfId: '10001', bytes: Buffer.from(json), ...(server === undefined ? {} : { server }) };
    for (const follower of this.followers) if (follower.server === server) follower.tell(event);
  }

  debugEnabled(): boolean {
    return this.debug;
  }

  setDebug(on: boolean): void {
    this.debug = on;
  }

  stop(reason: string): void {
    this.told.push(`stop: ${reason}`);
  }

  #isThere(server: string): boolean {
    return this.current.servers.some(({ name }) => name === server);
  }

  #takeLetters(server: string): number {
    const before = this.letters.length;
    this.letters = this.letters.filter((letter) => letter.server !== server);
    return before - this.letters.length;
  }
}

export function botNamed(selfId: string, bot: Partial<BotReport> = {}): BotReport {
  return {
    selfId,
    state: 'online',
    since: Date.now() - 5_500,
    online: true,
    takesCalls: true,
    events: 0,
    eventsByType: {},
    sessions: [],
    ...bot,
  };
}

export function serverNamed(name: string, links: readonly Partial<LinkStatus>[] = []): ServerReport {
  const state = links.length === 0 ? 'idle' : 'up';
  return {
    name,
    state,
    linkState: state,
    since: Date.now() - 5_500,
    protocol: 'websocket',
    url: 'ws://127.0.0.1:5701/ws/',
    enabled: true,
    paused: false,
    links: links.map((link) => ({
      state: 'up',
      since: Date.now() - 5_500,
      standing: { state: 'up', since: Date.now() - 5_500 },
      queuedEvents: 0,
      queuedBytes: 0,
      inFlight: 0,
      ...link,
    })),
    counts: {
      delivered: 12,
      retried: 0,
      unanswered: 0,
      dropped: { tooOld: 2, overflow: 0, unreadable: 0, dead: 1 },
      calls: 7,
      seconds: { buckets: [{ le: 0.5, count: 11 }], sum: 3.5, count: 12 },
    },
  };
}

export function letterOf(server: string, letter: Partial<DeadLetterStatus> = {}): DeadLetterStatus {
  return {
    id: 1,
    server,
    selfId: '10001',
    event: 'message/group',
    at: new Date(2024, 4, 6, 12, 0, 7).getTime(),
    byteLength: 1_536,
    reason: 'answered with 403',
    status: 403,
    ...letter,
  };
}
