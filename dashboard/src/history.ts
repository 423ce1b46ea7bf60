import { signal } from '@preact/signals';
import type { HistorySample, HistorySnapshot } from '../../src/operator/admin/history.ts';

type Columns = Readonly<Record<string, readonly (number | null)[]>>;

/** An hour of samples, as long as the daemon keeps them. */
const MAX_SAMPLES = 720;

export const history = signal<HistorySnapshot>({ stepMs: 5_000, at: 0, all: {}, servers: {} });

export function setHistory(snapshot: HistorySnapshot): void {
  history.value = snapshot;
}

export function addSample({ at, all, servers }: HistorySample): void {
  const before = history.value;
  if (at <= before.at) return;
  const names = Object.keys(servers);
  history.value = {
    ...before,
    at,
    all: append(before.all, all),
    servers: Object.fromEntries(names.map((name) => [name, append(before.servers[name] ?? {}, servers[name] ?? {})])),
  };
}

function append(columns: Columns, sample: Readonly<Record<string, number | null>>): Columns {
  return Object.fromEntries(
    Object.entries(sample).map(([name, value]) => [name, [...(columns[name] ?? []), value].slice(-MAX_SAMPLES)]),
  );
}
