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
  assert.deepEqual(diff.servers, { added: ['a', 'b'], removed: [], changed: [], adjusted: [], refiltered: [] });
  assert.deepEqual([diff.adminChanged, diff.logChanged], [true, true]);
});

test('servers are added, removed and changed by name', () => {
  const after = sound('server_list: {c: {port: 3}, b: {port: 4}}');
  assert.deepEqual(diffConfig(sound(BASE), after).servers, {
    added: ['c'],
    removed: ['a'],
    changed: ['b'],
    adjusted: [],
    refiltered: [],
  });
});

test('what concerns the connections of a server changes it, all else leaves them as they are', () => {
  const changesOf = (entry: string, keys: string) => {
    const config = (added: string) => sound(`server_list: {b: {${entry}${added === '' ? '' : `, ${added}`}}}`);
    const diff = diffConfig(config(''), config(keys));
    const { changed, adjusted } = diff.servers;
    return { changed, adjusted, lines: linesOf(diff) };
  };
  const stay = { changed: [], adjusted: ['b'], lines: ['server b: changed, its connections stay'] };
  const anew = { changed: ['b'], adjusted: [], lines: ['server b: changed'] };
  const [socket, posts, listens] = ['port: 2', 'protocol: http, port: 2', 'protocol: listen, access_token: t'];
  const little = [
    'tag: no',
    'message_format: string',
    'heartbeat: no',
    'queue: {max_age: 1m}',
    'call_timeout: 1s',
    'actions: {deny: [set_*]}',
  ];
  for (const keys of little) {
    for (const entry of [socket, posts, listens]) assert.deepEqual(changesOf(entry, keys), stay, `${entry}: ${keys}`);
  }
  assert.deepEqual(changesOf(posts, 'concurrency: 1'), stay);
  assert.deepEqual(changesOf(socket, 'bots: [1]'), stay);
  assert.deepEqual(changesOf(listens, 'bots: [1]'), stay);
  for (const keys of ['delivery: at_most_once', 'enabled: no']) {
    for (const entry of [socket, posts, listens]) assert.deepEqual(changesOf(entry, keys), anew, `${entry}: ${keys}`);
  }
  for (const keys of ['bots: [1]', 'timeout: 1s', 'secret: s', 'access_token: s', 'path: /x', 'host: localhost']) {
    assert.deepEqual(changesOf(posts, keys), anew, keys);
  }
  for (const keys of ['access_token: s', 'path: /x', 'host: localhost', 'protocol: http']) {
    assert.deepEqual(changesOf(socket, keys), anew, keys);
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
  assert.deepEqual(linesOf(diffConfig(sound(BASE), sound(closed))), ['server b: changed, its connections stay']);
  assert.deepEqual(linesOf(diffConfig(sound(BASE), sound(`anonymous_calls: false\n${BASE}`))), [calls]);
  assert.deepEqual(linesOf(diffConfig(sound(`anonymous_calls: false\n${BASE}`), sound(BASE))), [calls]);
});

test('a server of which only the filter differs keeps its links', () => {
  const before = sound('server_list: {a: {port: 1}, b: {port: 2, filter: {user_id: 1}}}');
  const after = sound('server_list: {a: {port: 1, filter: {user_id: 1}}, b: {port: 3}}');
  const diff = diffConfig(before, after);
  assert.deepEqual(diff.servers, { added: [], removed: [], changed: ['b'], adjusted: ['a'], refiltered: ['a'] });
  assert.deepEqual(linesOf(diff), ['server b: changed', 'server a: filter changed']);
});
