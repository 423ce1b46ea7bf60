import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingsSchema } from '../../src/config/schema.ts';
import { checkSharedAddresses } from '../../src/config/shared-addresses.ts';

/** The names of the servers that a warning is for. */
function warned(servers: Record<string, object>): string[] {
  const settings = settingsSchema.parse({ server_list: servers });
  const paths: string[] = [];
  const entries = Object.entries(settings.server_list).map(
    ([name, server]) => [name, { ...server, as: server.protocol ?? 'websocket' }] as const,
  );
  checkSharedAddresses(new Map(entries), (path) => paths.push(path.join('.')));
  return paths;
}

test('two servers at one address are warned of, however it is written', () => {
  assert.deepEqual(warned({ a: { port: 5701 }, b: { port: 5701 } }), ['server_list.b.port']);
  assert.deepEqual(warned({ a: { port: 5701 }, b: { host: 'localhost', port: 5701, path: '/ws' } }), [
    'server_list.b.port',
  ]);
  assert.deepEqual(warned({ a: { port: 5701 }, b: { url: 'ws://127.0.0.1:5701/ws/' } }), ['server_list.b.url']);
  assert.deepEqual(warned({ a: { protocol: 'http', port: 5701 }, b: { protocol: 'http', port: 5701 } }), [
    'server_list.b.port',
  ]);
});

test('what no application would hear twice is not warned of', () => {
  assert.deepEqual(warned({ a: { port: 5701 }, b: { port: 5702 } }), []);
  assert.deepEqual(warned({ a: { port: 5701 }, b: { port: 5701, path: '/other' } }), []);
  assert.deepEqual(warned({ a: { port: 5701 }, b: { port: 5701, enabled: false } }), []);
  assert.deepEqual(warned({ a: { port: 5701, bots: [1] }, b: { port: 5701, bots: [2] } }), []);
  assert.deepEqual(warned({ a: { port: 5701, bots: [1, 2] }, b: { port: 5701, bots: [2] } }), ['server_list.b.port']);
  assert.deepEqual(warned({ a: { protocol: 'listen' }, b: { protocol: 'listen' } }), []);
});
