import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { load } from 'js-yaml';
import { Page, ROOT, spansOf } from '../docs/pages.ts';
import { startDaemon } from '../support/daemon.ts';
import { groupMessage } from '../support/events.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN, eventuallyThere } from '../support/operate.ts';
import { familyOf, type ServedMetric, servedMetrics } from './exposition.ts';

failOnLeaks();

/** Labels that Prometheus itself puts on all that it scrapes, and the bounds of histograms. */
const COMMON = ['instance', 'job', 'le'];

test('metrics have the names, types and labels that the pages, alerts and dashboard go by', async (t) => {
  const metrics = await scrape(t);

  await t.test('those of the contract', () => {
    const ours = [...metrics].filter(([name]) => name.startsWith('qqbridge_'));
    assert.deepEqual(Object.fromEntries(ours.map(([name, { type, labels }]) => [name, [type, ...labels]])), CONTRACT);
    assert.ok(metrics.has('process_cpu_seconds_total'));
  });

  for (const path of ['docs/operations.md', 'docs/operations.zh-CN.md']) {
    await t.test(`the table in ${path}`, () => {
      const table = /<!-- metrics:[^\n]*-->\n\n((?:\|.*\n)+)/.exec(new Page(path).text)?.[1] ?? '';
      const rows = table.split('\n').flatMap((row) => {
        const [, name = '', labels = '', what = ''] = row.split('|');
        const [metric] = spansOf(name);
        return metric === undefined ? [] : [[metric, [typeIn(what), ...spansOf(labels)]] as const];
      });
      assert.deepEqual(Object.fromEntries(rows), CONTRACT_WITHOUT_BOUNDS);
    });
  }

  const rules = load(readFileSync(join(ROOT, 'deploy/prometheus-alerts.yml'), 'utf8')) as RuleFile;
  const alerts = rules.groups.flatMap((group) => group.rules);
  await t.test('the alerts', () => {
    assert.deepEqual(
      alerts.flatMap(({ expr }) => faultsOf(expr, metrics)),
      [],
    );
  });

  await t.test('each alert has a test, which promtool runs in npm run test:clients', () => {
    const text = readFileSync(join(ROOT, 'deploy/prometheus-alerts.test.yml'), 'utf8');
    const { tests } = load(text) as RuleTests;
    const fires = tests.flatMap(({ alert_rule_test }) =>
      alert_rule_test.filter(({ exp_alerts }) => exp_alerts.length > 0),
    );
    assert.deepEqual(
      alerts.map(({ alert }) => alert).filter((alert) => !fires.some(({ alertname }) => alertname === alert)),
      [],
    );
    const series = tests.flatMap(({ input_series }) => input_series.map((each) => each.series));
    assert.deepEqual(
      series.filter((each) => !each.startsWith('up{')).flatMap((each) => faultsOf(each, metrics)),
      [],
    );
  });

  await t.test('the alerts are the ones that the pages explain', () => {
    for (const path of ['docs/operations.md', 'docs/operations.zh-CN.md']) {
      const explained = new Page(path)
        .rows()
        .flatMap(([name = '']) => spansOf(name).filter((span) => /^QQB/.test(span)));
      assert.deepEqual(
        explained,
        alerts.map(({ alert }) => alert),
      );
    }
  });

  await t.test('the dashboard', () => {
    const text = readFileSync(join(ROOT, 'deploy/grafana-dashboard.json'), 'utf8');
    const { panels, templating } = JSON.parse(text) as Dashboard;
    const queries = [
      ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
      ...templating.list.map(({ query }) => query.query),
    ];
    assert.deepEqual(
      queries.flatMap((query) => faultsOf(query, metrics)),
      [],
    );
    const shown = new Set(queries.flatMap(namesIn).map((name) => familyOf(name, metrics)));
    const missing = Object.keys(CONTRACT).filter((name) => !shown.has(name));
    assert.deepEqual(missing, []);
  });
});

/** Each metric with its type and labels, in the order of the answer. */
const CONTRACT: Readonly<Record<string, readonly string[]>> = {
  qqbridge_build_info: ['gauge', 'version'],
  qqbridge_events_total: ['counter', 'self_id', 'post_type'],
  qqbridge_last_event_timestamp_seconds: ['gauge', 'self_id'],
  qqbridge_deliveries_total: ['counter', 'server', 'outcome'],
  qqbridge_delivery_seconds: ['histogram', 'le', 'server'],
  qqbridge_queue_events: ['gauge', 'server'],
  qqbridge_queue_bytes: ['gauge', 'server'],
  qqbridge_dropped_total: ['counter', 'server', 'reason'],
  qqbridge_calls_total: ['counter', 'server', 'outcome'],
  qqbridge_call_seconds: ['histogram', 'le', 'server'],
  qqbridge_bot_online: ['gauge', 'self_id'],
  qqbridge_bot_state: ['gauge', 'self_id', 'state'],
  qqbridge_server_up: ['gauge', 'server'],
  qqbridge_server_state: ['gauge', 'server', 'state'],
  qqbridge_store_failing: ['gauge'],
};

const CONTRACT_WITHOUT_BOUNDS = Object.fromEntries(
  Object.entries(CONTRACT).map(([name, of]) => [name, of.filter((label) => label !== 'le')]),
);

interface RuleFile {
  readonly groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[];
}

interface RuleTests {
  readonly tests: readonly {
    readonly input_series: readonly { readonly series: string }[];
    readonly alert_rule_test: readonly { readonly alertname: string; readonly exp_alerts: readonly unknown[] }[];
  }[];
}

interface Dashboard {
  readonly panels: readonly { readonly targets: readonly { readonly expr: string }[] }[];
  readonly templating: { readonly list: readonly { readonly query: { readonly query: string } }[] };
}

/** What a daemon serves that has taken an event in, delivered it and carried a call. */
async function scrape(t: Parameters<typeof startDaemon>[0]): Promise<ReadonlyMap<string, ServedMetric>> {
  const server = await FakeWebSocketServer.start(t);
  const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { survival: { port: server.port } } } });
  const bot = await daemon.connectBot(t);
  const link = await server.nextLink();
  bot.send(groupMessage());
  await link.call('get_status', {}, '1');
  let text = '';
  await eventuallyThere(async () => {
    const response = await fetch(`${daemon.adminUrl}/metrics`, { headers: { Authorization: `Bearer ${ADMIN.token}` } });
    assert.equal(response.status, 200);
    text = await response.text();
    assert.match(text, /^qqbridge_call_seconds_count/m);
  });
  return servedMetrics(text);
}

function typeIn(what: string): string {
  return (
    [
      ['counter', /^ (counter|计数)/],
      ['gauge', /^ (gauge|当前值)/],
      ['histogram', /^ (histogram|直方图)/],
    ] as const
  ).flatMap(([type, pattern]) => (pattern.test(what) ? [type] : []))[0] as string;
}

function namesIn(query: string): string[] {
  return [...query.matchAll(/\b(?:qqbridge|process|nodejs)_\w+/g)].map(([name]) => name);
}

/** Names that are not served, and labels that their metrics don't have. */
function faultsOf(query: string, metrics: ReadonlyMap<string, ServedMetric>): string[] {
  const unknown = namesIn(query).filter((name) => !metrics.has(familyOf(name, metrics)));
  const selected = [...query.matchAll(/(\w+)\{([^}]*)\}/g)].flatMap(([, name = '', matchers = '']) => {
    const labels = [...matchers.matchAll(/(\w+)\s*[=!]~?"/g)].map(([, label = '']) => label);
    return labels.filter((label) => !hasLabel(metrics.get(familyOf(name, metrics)), label));
  });
  const grouped = [...query.matchAll(/\b(?:by|on) \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(/,\s*/));
  const all = [...metrics.values()];
  const foreign = grouped.filter((label) => !all.some((metric) => hasLabel(metric, label)));
  return [...unknown, ...selected, ...foreign];
}

function hasLabel(metric: ServedMetric | undefined, label: string): boolean {
  return COMMON.includes(label) || metric?.labels.has(label) === true;
}
