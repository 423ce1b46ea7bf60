import assert from 'node:assert/strict';
import { test } from 'node:test';
import { composeConfig } from '../../src/config/compose.ts';
import { importSettings } from '../../src/config/import-settings.ts';
import { readConfig } from '../../src/config/load.ts';

function imported(file: string, content: string) {
  const outcome = importSettings({ file, content });
  assert.equal(outcome.kind, 'imported', JSON.stringify(outcome));
  const loaded = readConfig(composeConfig(outcome.settings), { file: 'config.yml', env: {} });
  assert.equal(loaded.kind, 'loaded', JSON.stringify(loaded));
  return { ...outcome, notes: outcome.notes.map(String) };
}

test('the oldest form of QQBridge.py is taken over under the names of today', () => {
  const content =
    'post_host: 127.0.0.1\npost_port: 5800\npost_url: post\nserver_list:\n  s1: {host: 127.0.0.1, port: 5801, url: p}\n';
  const { program, settings, notes } = imported('config.yml', content);
  assert.equal(program, 'QQBridge');
  assert.deepEqual(settings, {
    websocket: 'false',
    host: '127.0.0.1',
    port: '5800',
    server_list: { s1: { host: '127.0.0.1', port: '5801', path: '/p' } },
  });
  assert.equal(notes.length, 5);
});

test('whom NapCat dialled or posted to becomes a server', () => {
  const network = {
    websocketClients: [
      { name: 'ws', enable: true, url: 'ws://127.0.0.1:8080/onebot/v11/ws', token: 't' },
      { name: 'off', enable: false, url: 'ws://127.0.0.1:1/' },
    ],
    httpClients: [{ name: 'a/b', enable: true, url: 'http://127.0.0.1:5701/', token: 's' }],
    websocketServers: [{ name: 'fw', enable: true, port: 5700, token: '' }],
  };
  const { settings, takenPorts, notes } = imported('onebot11_10001.json', JSON.stringify({ network }));
  assert.deepEqual(settings, {
    server_list: {
      app: { url: 'ws://127.0.0.1:8080/onebot/v11/ws', access_token: 't' },
      'a b': { protocol: 'http', url: 'http://127.0.0.1:5701/', secret: 's' },
    },
  });
  assert.deepEqual(takenPorts, [8080, 5701, 5700]);
  assert.match(notes.join(), /protocol: listen/);
});

test('a NapCat that only listens is dialled, and its application dials in', () => {
  const network = { websocketServers: [{ name: 'fw', enable: true, host: '0.0.0.0', port: 3001, token: 't' }] };
  const { settings } = imported('/x/onebot11_10001.json', JSON.stringify({ network }));
  assert.deepEqual(settings, {
    server_list: { app: { protocol: 'listen', access_token: 't' } },
    bots: { napcat: { url: 'ws://127.0.0.1:3001/', self_id: '10001', access_token: 't' } },
  });
});

test('the servers of a go-cqhttp config are taken over with their tokens', () => {
  const content = `
default-middlewares: &default {access-token: 'abc', filter: 'filter.json'}
servers:
  - http:
      address: 0.0.0.0:5700
      middlewares: {<<: *default}
      post: [{url: 'http://127.0.0.1:5701/', secret: sec}]
  - ws-reverse: {universal: 'ws://127.0.0.1:8080/ws', middlewares: {<<: *default}}
  - ws-reverse: {disabled: true, universal: 'ws://127.0.0.1:8081/ws'}
  - ws-reverse: {universal: 'ws://your_websocket_universal.server'}
`;
  const { settings, takenPorts, notes } = imported('config.yml', content);
  assert.deepEqual(settings, {
    access_token: 'abc',
    server_list: {
      web: { protocol: 'http', url: 'http://127.0.0.1:5701/', secret: 'sec' },
      app: { url: 'ws://127.0.0.1:8080/ws', access_token: 'abc' },
    },
  });
  assert.deepEqual(takenPorts, [5700, 5701, 8080]);
  assert.match(notes.join(), /init --filter/);
});

test('a go-cqhttp that only listens is dialled', () => {
  const { settings } = imported('config.yml', 'servers:\n  - ws: {host: 0.0.0.0, port: 6700}\n');
  assert.deepEqual(settings, {
    server_list: { app: { protocol: 'listen' } },
    bots: { 'go-cqhttp': { url: 'ws://127.0.0.1:6700/' } },
  });
});

test('anything else is told so', () => {
  for (const content of ['a: 1', '[]', '', '{', 'server_list: 5', '\u0000']) {
    const outcome = importSettings({ file: 'x', content });
    assert.equal(outcome.kind, 'faulty', content);
  }
});
