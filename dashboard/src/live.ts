import { batch, signal } from '@preact/signals';
import type { HistorySample, HistorySnapshot } from '../../src/operator/admin/history.ts';
import type { LiveStatus } from '../../src/operator/admin/live-status.ts';
import type { LogLine } from '../../src/operator/types.ts';
import { api, RefusedError } from './api.ts';
import { settleLeftOut, takeCalls, takeEvents } from './feed.ts';
import { addSample, setHistory } from './history.ts';
import { offerLanguage } from './i18n.ts';
import { takeLines } from './log-lines.ts';
import { NO_RATES, type Rates, ratesOf } from './rates.ts';

/** `signedOut`: the login is asked for. `lost`: the daemon does not answer. */
export type Connection = 'connecting' | 'live' | 'lost' | 'signedOut';

export const connection = signal<Connection>('connecting');
export const status = signal<LiveStatus | undefined>(undefined);
export const rates = signal<Rates>(NO_RATES);
/** A session was there before: the login says that it has ended. */
export const hadSession = signal(false);
/** The version that this page came with, as far as it knows: of the first daemon that it saw. */
export const firstVersion = signal<string | undefined>(undefined);

const FIRST_WAIT_MS = 500;
const MAX_WAIT_MS = 8_000;
/** A status comes each second; a link that is silent for so long is dead. */
const SILENCE_MS = 6_000;

let source: EventSource | undefined;
let retry = 0;
let watchdog = 0;
let waitMs = FIRST_WAIT_MS;

/** Follows the daemon for as long as the page is open, through its restarts. */
export async function connect(): Promise<void> {
  disconnect();
  try {
    const session = await api.session();
    offerLanguage(session.language);
    if (!session.loggedIn) {
      connection.value = 'signedOut';
      return;
    }
    setHistory(await api.history());
  } catch (error) {
    if (error instanceof RefusedError && error.status === 401) connection.value = 'signedOut';
    else tryAgain();
    return;
  }
  hadSession.value = true;
  open();
}

export async function logOut(): Promise<void> {
  disconnect();
  await api.logOut().catch(() => undefined);
  batch(() => {
    hadSession.value = false;
    status.value = undefined;
    connection.value = 'signedOut';
  });
}

function open(): void {
  const stream = new EventSource('api/stream');
  source = stream;
  const on = <T>(name: string, take: (data: T) => void) =>
    stream.addEventListener(name, (message) => take(JSON.parse((message as MessageEvent<string>).data) as T));
  on('status', takeStatus);
  on('events', takeEvents);
  on('calls', takeCalls);
  on('history', (sample: HistorySample) => addSample(sample));
  on('log', (lines: { items: readonly LogLine[]; leftOut: number; isWhole?: boolean }) => takeLines(lines));
  stream.addEventListener('error', tryAgain);
  watch();
}

function takeStatus(next: LiveStatus): void {
  waitMs = FIRST_WAIT_MS;
  watch();
  batch(() => {
    const before = status.value;
    // After a restart the counts begin anew.
    const isSameRun = before?.startedAt === next.startedAt;
    rates.value = before === undefined || !isSameRun ? NO_RATES : ratesOf(before, next, rates.value);
    firstVersion.value ??= next.version;
    status.value = next;
    connection.value = 'live';
    settleLeftOut();
  });
}

function watch(): void {
  clearTimeout(watchdog);
  watchdog = window.setTimeout(tryAgain, SILENCE_MS);
}

function tryAgain(): void {
  disconnect();
  connection.value = status.value === undefined ? 'connecting' : 'lost';
  retry = window.setTimeout(() => void connect(), waitMs);
  waitMs = Math.min(MAX_WAIT_MS, waitMs * 1.6);
}

function disconnect(): void {
  source?.close();
  source = undefined;
  clearTimeout(watchdog);
  clearTimeout(retry);
}

export type { HistorySnapshot };
