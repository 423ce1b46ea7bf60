/** One metric of a scrape: what the daemon says of it, and the labels that its samples have. */
export interface ServedMetric {
  readonly type: string;
  readonly labels: ReadonlySet<string>;
}

/** Reads Prometheus's text format, as far as prom-client writes it. */
export function servedMetrics(text: string): ReadonlyMap<string, ServedMetric> {
  const types = new Map([...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(([, name = '', type = '']) => [name, type]));
  const labels = new Map([...types.keys()].map((name) => [name, new Set<string>()]));
  for (const [, sample = '', , list = ''] of text.matchAll(/^([a-z]\w*)(\{(.*)\})? \S+$/gm)) {
    const name = familyOf(sample, types);
    for (const [, label = ''] of list.matchAll(/(\w+)="/g)) labels.get(name)?.add(label);
  }
  return new Map([...types].map(([name, type]) => [name, { type, labels: labels.get(name) ?? new Set() }]));
}

/** The metric that a sample belongs to: a histogram has three kinds. */
export function familyOf(sample: string, metrics: ReadonlyMap<string, unknown>): string {
  return metrics.has(sample) ? sample : sample.replace(/_(bucket|sum|count)$/, '');
}
