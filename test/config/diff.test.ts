import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ConfigDiff, describeDiff, diffConfig } from '../../src/config/diff.ts';
import { sound } from './read.ts';

function linesOf(diff: ConfigDiff): string[] {
  return describeDiff(diff).map(String);
}

const BASE = 'port: 5700\nserver_list: {a: {port: 1, access_token: hunter2}, b: {port: 2}}\n';

test('equal configs do not differ', () => {
  assert.deepEqual(linesOf(diffConfig(sound(BASE), sound(BASE))), []);
});

test('the first config is all new', () => {
  const diff = diffConfig(undefined, sound(BASE));
  assert.deepEqual(diff.servers, { added: ['a', 'b'], removed: [], changed: [], refiltered: [] });
  assert.deepEqual([diff.adminChanged, diff.logChanged], [true, true]);
});

test('servers are added, removed and changed by name', () => {
  const after = sound('server_list: {c: {port: 3}, b: {port: 2, tag: no}}');
  assert.deepEqual(diffConfig(sound(BASE), after).servers, {
    added: ['c'],
    removed: ['a'],
    changed: ['b'],
    refiltered: [],
  });
});

test('a server whose queue or delivery differs is changed', () => {
  for (const keys of ['queue: {max_age: 1m}', 'delivery: at_most_once']) {
    const after = sound(BASE.replace('b: {port: 2', `b: {port: 2, ${keys}`));
    assert.deepEqual(diffConfig(sound(BASE), after).servers, {
      added: [],
      removed: [],
      changed: ['b'],
      refiltered: [],
    });
  }
});

test('each difference is a line, and no line holds a secret', () => {
  const after = sound(`access_token: hunter3
secret: hunter4
max_payload: 1MiB
allowed_origins: http://a
insecure: true
log: {level: debug}
admin: {token: hunter5}
server_list: {a: {port: 1, access_token: hunter6}}
`);
  assert.deepEqual(linesOf(diffConfig(sound(BASE), after)), [
    'server b: removed',
    'server a: changed',
    'access_token: changed',
    'secret: changed',
    'max_payload: changed',
    'allowed_origins: changed',
    'insecure: changed',
    'admin: changed',
    'log: changed',
  ]);
});

test('anonymous_calls is named where it was changed, not where it follows from other keys', () => {
  const calls = 'anonymous_calls: changed';
  const closed = BASE.replace('b: {port: 2', 'b: {port: 2, bots: [1]');
  assert.ok(diffConfig(sound(BASE), sound(closed)).portGuards.includes('anonymous_calls'));
  assert.deepEqual(linesOf(diffConfig(sound(BASE), sound(closed))), ['server b: changed']);
  assert.deepEqual(linesOf(diffConfig(sound(BASE), sound(`anonymous_calls: false\n${BASE}`))), [calls]);
  assert.deepEqual(linesOf(diffConfig(sound(`anonymous_calls: false\n${BASE}`), sound(BASE))), [calls]);
});

test('a server of which only the filter differs keeps its links', () => {
  const before = sound('server_list: {a: {port: 1}, b: {port: 2, filter: {user_id: 1}}}');
  const after = sound('server_list: {a: {port: 1, filter: {user_id: 1}}, b: {port: 3}}');
  const diff = diffConfig(before, after);
  assert.deepEqual(diff.servers, { added: [], removed: [], changed: ['b'], refiltered: ['a'] });
  assert.deepEqual(linesOf(diff), ['server b: changed', 'server a: filter changed']);
});
