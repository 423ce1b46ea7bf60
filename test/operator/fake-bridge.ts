import type { BridgeStatus, OperatedBridge, ReloadOutcome, WorkerStatus } from '../../src/operator/types.ts';
import type { LinkStatus, ServerStatus } from '../../src/servers/types.ts';

/** A bridge that keeps what it was told, and whose answers a test may set. */
export class FakeBridge implements OperatedBridge {
  readonly told: string[] = [];
  current: BridgeStatus;
  workerList: readonly WorkerStatus[] = [];
  reloadOutcome: ReloadOutcome = { kind: 'applied', changes: [], needRestart: [], warnings: [] };
  debug = false;

  constructor(status: Partial<BridgeStatus> = {}) {
    this.current = {
      version: '1.2.3',
      startedAt: Date.now() - 3_725_000,
      phase: 'ready',
      address: 'http://127.0.0.1:5700',
      configFile: '/home/qq/config/config.yml',
      bots: [],
      servers: [],
      ...status,
    };
  }

  status(): BridgeStatus {
    return this.current;
  }

  workers(): readonly WorkerStatus[] {
    return this.workerList;
  }

  async reload(): Promise<ReloadOutcome> {
    this.told.push('reload');
    return this.reloadOutcome;
  }

  reconnect(server: string): boolean {
    this.told.push(`reconnect ${server}`);
    return true;
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
}

export function serverNamed(name: string, links: readonly Partial<LinkStatus>[] = []): ServerStatus {
  return {
    name,
    protocol: 'websocket',
    url: 'ws://127.0.0.1:5701/ws/',
    enabled: true,
    links: links.map((link) => ({
      state: 'up',
      since: Date.now() - 5_500,
      queuedEvents: 0,
      queuedBytes: 0,
      inFlight: 0,
      ...link,
    })),
    counts: { delivered: 12, retried: 0, dropped: 3, calls: 7 },
  };
}
