import assert from 'node:assert/strict';
import { resolve } from 'node:path';
import { test } from 'node:test';
import { readConfig } from '../../src/config/load.ts';
import { httpServer, sound, soundServer, urlOf, warningsOf, webSocketServer } from './read.ts';

const PREDECESSOR_FILE = `websocket: true
host: 127.0.0.1
port: 5700
server_list:
  survival:
    host: 127.0.0.1
    port: 5701
  creative:
    host: 127.0.0.1
    port: 5702
debug_mode: false
`;

test('a file of QQBridge.py works unchanged and without a warning', () => {
  const config = sound(PREDECESSOR_FILE);
  assert.equal(config.port.host, '127.0.0.1');
  assert.equal(config.port.port, 5700);
  assert.deepEqual(
    [...config.servers.values()].map((server) => [server.name, server.protocol, urlOf(server)]),
    [
      ['survival', 'websocket', 'ws://127.0.0.1:5701/ws/'],
      ['creative', 'websocket', 'ws://127.0.0.1:5702/ws/'],
    ],
  );
  assert.equal(config.log.level, 'info');
  assert.deepEqual(warningsOf(PREDECESSOR_FILE), []);
});

test('websocket: false posts to the root of each server, as QQBridge.py did', () => {
  const config = sound(PREDECESSOR_FILE.replace('websocket: true', 'websocket: false'));
  assert.deepEqual(
    [...config.servers.values()].map((server) => [server.protocol, urlOf(server)]),
    [
      ['http', 'http://127.0.0.1:5701/'],
      ['http', 'http://127.0.0.1:5702/'],
    ],
  );
});

test('a key that is missing has its default', () => {
  const config = sound('server_list: {}');
  assert.deepEqual(config, {
    port: {
      host: '127.0.0.1',
      port: 5700,
      maxPayloadBytes: 64 * 2 ** 20,
      allowedOrigins: [],
      anonymousCalls: true,
      anonymousCallsGiven: false,
      insecure: false,
    },
    servers: new Map(),
    bots: { dedupe: true, dialled: new Map(), maxPayloadBytes: 64 * 2 ** 20 },
    calls: { coalesce: true, holdMs: 5_000 },
    admin: { enabled: true, host: '127.0.0.1', port: 5780, portGiven: false },
    log: {
      level: 'info',
      file: resolve('/srv/bridge/logs/log.log'),
      json: false,
      maxSizeBytes: 10 * 2 ** 20,
      keepDays: 14,
    },
    language: 'en',
    dataDir: resolve('/srv/bridge/data'),
  });
  assert.deepEqual(webSocketServer('server_list: {a: {port: 1}}'), {
    name: 'a',
    protocol: 'websocket',
    url: 'ws://127.0.0.1:1/ws/',
    tag: true,
    messageFormat: 'keep',
    heartbeat: true,
    queue: { maxAgeMs: 300_000, maxEvents: 10_000, maxBytes: 64 * 2 ** 20 },
    delivery: 'at_least_once',
    callTimeoutMs: 55_000,
    enabled: true,
  });
  assert.deepEqual(httpServer('server_list: {a: {port: 1, protocol: http}}'), {
    name: 'a',
    protocol: 'http',
    url: 'http://127.0.0.1:1/',
    tag: true,
    messageFormat: 'keep',
    heartbeat: true,
    queue: { maxAgeMs: 300_000, maxEvents: 10_000, maxBytes: 64 * 2 ** 20 },
    delivery: 'at_least_once',
    callTimeoutMs: 55_000,
    enabled: true,
    timeoutMs: 60_000,
    concurrency: 8,
  });
});

test('an empty file or one of comments has all defaults and a warning', () => {
  for (const text of ['', '\n\n', '# nothing yet\n', '---\n', '~\n', '\ufeff'.slice(1)]) {
    assert.match(warningsOf(text).join('\n'), /holds no key: all settings have their defaults/);
  }
});

test('a file that has become empty is no config for a bridge that runs: an editor may be about to write it', () => {
  for (const text of ['', '# all off\n']) {
    const outcome = readConfig(text, { file: 'config.yml', env: {}, mayBeEmpty: false });
    assert.equal(outcome.kind, 'faulty');
  }
});

test('a config without a server that is enabled runs with a warning', () => {
  for (const text of ['port: 5700', 'server_list: {}', 'server_list: {a: {port: 1, enabled: off}}']) {
    assert.match(warningsOf(text).join('\n'), /server_list: has no server that is enabled/);
  }
});

test('every boolean that PyYAML knew is known, quoted too', () => {
  for (const word of ['true', 'True', 'TRUE', 'yes', 'Yes', 'YES', 'on', 'On', 'ON', '"true"', "'yes'"]) {
    assert.equal(sound(`insecure: ${word}`).port.insecure, true, word);
  }
  for (const word of ['false', 'False', 'FALSE', 'no', 'No', 'NO', 'off', 'Off', 'OFF', '"false"']) {
    assert.equal(sound(`insecure: ${word}`).port.insecure, false, word);
  }
});

test('tokens and names are text as written, whatever number they look like', () => {
  for (const token of ['0123', '12345678901234567890', '1e3', '0x10', '1_000', '12:30', 'true', '2020-01-01', '1.0']) {
    assert.equal(sound(`access_token: ${token}`).port.accessToken, token);
    assert.equal(soundServer(`server_list: {${token}: {port: 1}}`).name, token);
  }
  assert.equal(soundServer('server_list: {1: {port: 1}}').name, '1');
  assert.equal(soundServer('server_list: {~: {port: 1}}').name, '~');
  assert.equal(soundServer('server_list: {"生存 服": {port: 1}}').name, '生存 服');
  assert.equal(soundServer('server_list: {constructor: {port: 1}}').name, 'constructor');
});

test('ids are decimal text without loss, one or a list', () => {
  const ids = ['3889000123', '12345678901234567890'];
  assert.deepEqual(soundServer(`server_list: {a: {port: 1, bots: [${ids}]}}`).bots, ids);
  assert.deepEqual(soundServer(`server_list: {a: {port: 1, bots: ["${ids[0]}"]}}`).bots, [ids[0]]);
  assert.deepEqual(soundServer(`server_list: {a: {port: 1, bots: ${ids[1]}}}`).bots, [ids[1]]);
  assert.deepEqual(soundServer('server_list: {a: {port: 1, bots: []}}').bots, []);
});

test('durations and sizes have units', () => {
  const server = (key: string, value: string) =>
    httpServer(`server_list: {a: {protocol: http, port: 1, ${key}: ${value}}}`);
  assert.deepEqual(
    ['500ms', '5s', '5m', '1h', '24h'].map((text) => server('timeout', text).timeoutMs),
    [500, 5_000, 300_000, 3_600_000, 86_400_000],
  );
  assert.deepEqual(
    ['64KiB', '64MiB', '1GiB', '4096', '2048B'].map((text) => sound(`max_payload: ${text}`).port.maxPayloadBytes),
    [65_536, 67_108_864, 1_073_741_824, 4_096, 2_048],
  );
});

test('what waits for a server is bounded as the file says, each bound by itself', () => {
  const queueOf = (queue: string) => soundServer(`server_list: {a: {port: 1, queue: {${queue}}}}`).queue;
  assert.deepEqual(queueOf('max_age: 0, max_events: 1, max_bytes: 1KiB'), {
    maxAgeMs: 0,
    maxEvents: 1,
    maxBytes: 1_024,
  });
  assert.deepEqual(queueOf('max_events: 5'), { maxAgeMs: 300_000, maxEvents: 5, maxBytes: 64 * 2 ** 20 });
  assert.deepEqual(
    ['0', '0s', '"0"', '1ms', '24h', '720h'].map((text) => queueOf(`max_age: ${text}`).maxAgeMs),
    [0, 0, 0, 1, 86_400_000, 30 * 86_400_000],
  );
});

test('delivery is at least once, or at most once', () => {
  for (const delivery of ['at_least_once', 'at_most_once']) {
    assert.equal(soundServer(`server_list: {a: {port: 1, delivery: ${delivery}}}`).delivery, delivery);
  }
});

test('a server is found by host, port and path or by its url', () => {
  const urlIn = (entry: string) => urlOf(soundServer(`server_list: {a: {${entry}}}`));
  assert.equal(urlIn('port: 1, path: /onebot/v11/ws'), 'ws://127.0.0.1:1/onebot/v11/ws');
  assert.equal(urlIn('host: "::1", port: 1'), 'ws://[::1]:1/ws/');
  assert.equal(urlIn('host: "[::1]", port: 1'), 'ws://[::1]:1/ws/');
  assert.equal(urlIn('host: mc_survival, port: 1, protocol: http'), 'http://mc_survival:1/');
  assert.equal(urlIn('url: wss://example.org/ws?x=1'), 'wss://example.org/ws?x=1');
  assert.equal(urlIn('protocol: http, url: https://example.org'), 'https://example.org/');
});

test('anchors, aliases and merge keys work as in PyYAML', () => {
  const config = sound(`server_list:
  one: &base {host: 10.0.0.1, port: 1, tag: no}
  two: {<<: *base, port: 2}
  three: {<<: [{port: 3}, *base], host: 10.0.0.3}
`);
  assert.deepEqual(
    [...config.servers.values()].map((server) => [urlOf(server), server.tag]),
    [
      ['ws://10.0.0.1:1/ws/', false],
      ['ws://10.0.0.1:2/ws/', false],
      ['ws://10.0.0.3:3/ws/', false],
    ],
  );
});

test('tags of the YAML core say what the schema knows anyway', () => {
  assert.equal(sound('port: !!int "5800"').port.port, 5800);
  assert.equal(sound('access_token: !!str 0123').port.accessToken, '0123');
});

test('debug_mode is log.level: debug, unless a level is given', () => {
  assert.equal(sound('debug_mode: on').log.level, 'debug');
  assert.equal(sound('debug_mode: true\nlog: {level: warn}').log.level, 'warn');
  assert.match(
    warningsOf('debug_mode: true\nlog: {level: warn}').join('\n'),
    /config\.yml:1: debug_mode: is true, but log\.level/,
  );
  assert.equal(sound('debug_mode: false\nlog: {level: debug}').log.level, 'debug');
});

test('paths start from the home, and the command line stands above the file', () => {
  const text = 'data: kept\nlog: {file: out/bridge.log}';
  const outcome = readConfig(text, { file: '/srv/bridge/config/config.yml', env: {} });
  assert.ok(outcome.kind === 'loaded');
  assert.equal(outcome.config.dataDir, resolve('/srv/bridge/kept'));
  assert.equal(outcome.config.log.file, resolve('/srv/bridge/out/bridge.log'));
  const overrides = { dataDir: '/var/lib/qqbridge', logDir: '/var/log/qqbridge' };
  const overridden = readConfig(text, { file: '/srv/bridge/config/config.yml', env: {}, overrides });
  assert.ok(overridden.kind === 'loaded');
  assert.equal(overridden.config.dataDir, resolve('/var/lib/qqbridge'));
  assert.equal(overridden.config.log.file, resolve('/var/log/qqbridge/bridge.log'));
});

test('the port off loopback takes a token or insecure: true', () => {
  assert.equal(sound('host: 0.0.0.0\naccess_token: t').port.host, '0.0.0.0');
  assert.equal(sound('host: ""\naccess_token: t').port.host, '');
  assert.equal(sound('host: "[::]"\naccess_token: t').port.host, '::');
  assert.match(
    warningsOf('host: 0.0.0.0\ninsecure: true').join('\n'),
    /config\.yml:2: insecure: is true: whoever reaches 0\.0\.0\.0:5700/,
  );
  for (const host of ['127.0.0.1', '127.9.9.9', '::1', 'localhost', 'LOCALHOST']) sound(`host: "${host}"`);
  assert.equal(sound('admin: {host: 0.0.0.0}').admin.host, '0.0.0.0');
});

test('origins are as browsers send them', () => {
  const originsOf = (text: string) => sound(`allowed_origins: ${text}`).port.allowedOrigins;
  assert.deepEqual(originsOf('HTTPS://Panel.Example.org:443/'), ['https://panel.example.org']);
  assert.deepEqual(originsOf('["http://localhost:8080", "app://Main"]'), ['http://localhost:8080', 'app://main']);
});

test('the default of the admin port makes way for the port of the bots', () => {
  const { admin, port } = sound('port: 5780');
  assert.deepEqual([port.port, admin.port, admin.portGiven], [5780, 0, false]);
  assert.match(warningsOf('port: 5780').join('\n'), /admin\.port: is 5780 by default, .* a free one is picked/);
});
