import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import fc from 'fast-check';
import { load as parseYaml } from 'js-yaml';
import type { FilterConfig } from '../../src/config/types.ts';
import { readBotFrame } from '../../src/onebot/bot-frame.ts';
import { Router } from '../../src/routing/router.ts';
import { sound } from '../config/read.ts';

const BASE = { time: 1, self_id: 10_001, post_type: 'message', message_type: 'group', group_id: 123, user_id: 5 };

function eventOf(text: string) {
  const frame = readBotFrame(Buffer.from(text));
  return frame.kind === 'event' ? frame.event : assert.fail(`${text} is no event`);
}

/** Whether an event, given as JSON text or by its members, passes a filter in YAML. */
function passes(filter: string, event: string | Readonly<Record<string, unknown>>): boolean {
  const config = sound(`server_list: {a: {port: 1, filter: ${filter}}}`);
  const text = typeof event === 'string' ? event : JSON.stringify({ ...BASE, ...event });
  return new Router(config.servers.values()).route(eventOf(text)).length === 1;
}

test('a value, a list, several fields', () => {
  assert.equal(passes('{group_id: 123}', {}), true);
  assert.equal(passes('{group_id: "123"}', {}), true);
  assert.equal(passes('{group_id: [1, 123]}', {}), true);
  assert.equal(passes('{group_id: 123, user_id: 6}', {}), false);
  assert.equal(passes('{anonymous: true}', { anonymous: true }), true);
  assert.equal(passes('{}', {}), true);
});

test('a condition on a field that is missing or no scalar does not hold; not around it does', () => {
  for (const member of [{ group_id: undefined }, { group_id: null }, { group_id: {} }, { group_id: [1] }]) {
    assert.equal(passes('{group_id: {not: [1]}}', member), false);
    assert.equal(passes('{not: {group_id: 1}}', member), true);
  }
  assert.equal(passes('{group_id: {not: 1}}', {}), true);
  assert.equal(passes('{group_id: {not: [1, 123]}}', {}), false);
});

test('operators on text', () => {
  const said = { raw_message: '!!status 中文' };
  assert.equal(passes('{raw_message: {prefix: "!!"}}', said), true);
  assert.equal(passes('{raw_message: {prefix: ["/", "!!"], suffix: 文}}', said), true);
  assert.equal(passes('{raw_message: {prefix: "!!", suffix: x}}', said), false);
  assert.equal(passes('{raw_message: {contains: "tus 中"}}', said), true);
  assert.equal(passes('{raw_message: {regex: "st[a-z]+s"}}', said), true);
  assert.equal(passes('{raw_message: {regex: "^st"}}', said), false);
  assert.equal(passes('{raw_message: {regex: "(?i)STATUS"}}', said), true);
});

test('dotted paths, any, all and not', () => {
  const admin = { sender: { role: 'admin', 'nick.name': 'x' } };
  assert.equal(passes('{sender.role: [admin, owner]}', admin), true);
  assert.equal(passes('{sender.role.x: admin}', admin), false);
  assert.equal(passes('{any: [{group_id: 1}, {sender.role: admin}]}', admin), true);
  assert.equal(passes('{all: [{group_id: 1}, {sender.role: admin}]}', admin), false);
  assert.equal(passes('{not: [{group_id: 1}, {sender.role: admin}]}', admin), false);
  assert.equal(passes('{not: [{group_id: 1}, {user_id: 1}]}', admin), true);
});

test('ids beyond 2^53 keep every digit', () => {
  const event = '{"post_type":"message","self_id":1,"group_id":9007199254740993}';
  assert.equal(passes('{group_id: 9007199254740993}', event), true);
  assert.equal(passes('{group_id: 9007199254740992}', event), false);
});

test('no pattern stalls the bridge', () => {
  assert.equal(passes('{raw_message: {regex: "^(a+)+$"}}', { raw_message: `${'a'.repeat(20_000)}!` }), false);
  for (const regex of ['a{0,1000}[yz]', '(a?){500}a{500}[yz]', '(a+a+)+[yz]']) {
    const from = performance.now();
    assert.equal(passes(`{raw_message: {regex: "${regex}"}}`, { raw_message: 'a'.repeat(3_000_000) }), false);
    assert.ok(performance.now() - from < 2_000, regex);
  }
});

/** The filters that the event passes. Each is the filter of a server of its own. */
function passing(filters: readonly string[], event: Readonly<Record<string, unknown>>): readonly string[] {
  const servers = filters.map((filter, at) => `s${at}: {port: ${at + 1}, filter: ${filter}}`);
  const config = sound(`server_list: {${servers.join(', ')}}`);
  return new Router(config.servers.values()).route(eventOf(JSON.stringify({ ...BASE, ...event })));
}

test('the searches of all servers in one event have one bound: the largest find nothing, whatever their order', () => {
  // Each pattern has 11 instructions or more: one search is within the limit, two are not.
  const large = Array.from({ length: 50 }, (_, at) => `{raw_message: {regex: "(a+a+)+[yz]|x${at}"}}`);
  const raw_message = `${'a'.repeat(100_000)}z x1 x2`;
  assert.deepEqual(passing(large, { raw_message }), []);
  assert.equal(passing(large.slice(0, 1), { raw_message }).length, 1);
  const small = '{raw_message: {regex: "a$|x1"}}';
  assert.equal(passing([...large, small], { raw_message }).length, 1);
  assert.equal(passing([small, ...large], { raw_message }).length, 1);
});

test('equal searches of many servers count once, and so do none where another condition settles the filter', () => {
  const raw_message = `${'a'.repeat(150_000)}z`;
  const search = 'raw_message: {regex: "a+[yz]"}';
  assert.equal(passing(Array(50).fill(`{${search}}`), { raw_message }).length, 50);
  const ofGroups = Array.from(
    { length: 50 },
    (_, at) => `{raw_message: {regex: "a+[yz]|${at}"}, group_id: ${100 + at}}`,
  );
  assert.equal(passing(ofGroups, { raw_message }).length, 1);
  const elsewhere = '{any: [{raw_message: {regex: "(a+a+)+y"}}, {group_id: 123}]}';
  assert.equal(
    passing([...Array(20).fill(elsewhere), `{not: {raw_message: {regex: "b$"}}}`], { raw_message }).length,
    21,
  );
});

test('a short message is searched for all servers, however many there are', () => {
  const filters = Array.from({ length: 200 }, (_, at) => `{raw_message: {regex: "^!!(list|stop) server-${at}$"}}`);
  assert.equal(passing(filters, { raw_message: '!!list server-150' }).length, 1);
});

/** What the filter means, on the parsed event. */
function reference(filter: FilterConfig, event: unknown): boolean {
  switch (filter.kind) {
    case 'all':
      return filter.of.every((part) => reference(part, event));
    case 'any':
      return filter.of.some((part) => reference(part, event));
    case 'not':
      return !reference(filter.of, event);
    case 'field': {
      let value = event;
      for (const name of filter.path) value = Object.getOwnPropertyDescriptor(Object(value), name)?.value;
      if (!['string', 'number', 'boolean'].includes(typeof value)) return false;
      const text = String(value);
      return filter.tests.every(({ operator, values }) => {
        if (operator === 'is') return values.includes(text);
        if (operator === 'not') return !values.includes(text);
        if (operator === 'prefix') return values.some((start) => text.startsWith(start));
        return values.some((part) => text.includes(part));
      });
    }
  }
}

test('filters mean what the same filters mean on parsed events', () => {
  const name = fc.constantFrom('a', 'b', 'c');
  const values = fc.uniqueArray(fc.constantFrom('1', '2', 'x', 'xy', 'true', ''), { maxLength: 3 });
  const operator = fc.constantFrom('is' as const, 'not' as const, 'prefix' as const, 'contains' as const);
  const { filter } = fc.letrec<{ filter: FilterConfig }>((tie) => ({
    filter: fc.oneof(
      { maxDepth: 3 },
      fc.record({
        kind: fc.constant('field' as const),
        path: fc.array(name, { minLength: 1, maxLength: 2 }),
        tests: fc.array(fc.record({ operator, values }), { maxLength: 2 }),
      }),
      fc.record({
        kind: fc.constantFrom('all' as const, 'any' as const),
        of: fc.array(tie('filter'), { maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant('not' as const), of: tie('filter') }),
    ),
  }));
  const scalar = fc.constantFrom<unknown>(1, 2, 'x', 'xy', true, null, '', [1]);
  const members = fc.dictionary(name, fc.oneof(scalar, fc.dictionary(name, scalar)));
  const [server] = sound('server_list: {s: {port: 1}}').servers.values();
  fc.assert(
    fc.property(filter, members, (condition, fields) => {
      const event = { self_id: 1, post_type: 'message', ...fields };
      const router = new Router(server === undefined ? [] : [{ ...server, filter: condition }]);
      const passed = router.route(eventOf(JSON.stringify(event))).length === 1;
      assert.equal(passed, reference(condition, event));
    }),
    { numRuns: 500 },
  );
});

test('the examples of docs/filters.md are sound', async () => {
  const page = await readFile(new URL('../../../docs/filters.md', import.meta.url), 'utf8');
  const examples = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, yaml = '']) => yaml);
  assert.ok(examples.length > 0);
  for (const yaml of examples) {
    const { filter } = parseYaml(yaml) as { filter: unknown };
    sound(`server_list: {a: {port: 1, filter: ${JSON.stringify(filter)}}}`);
  }
});
