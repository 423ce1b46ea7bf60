// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is how a config file names a variable
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultsOf, sound, soundServer, urlOf, warningsOf } from './read.ts';

test('a variable stands above the file and is typed by the schema', () => {
  const config = sound('port: 5700\naccess_token: old\nlog: {level: warn, keep: 3}', {
    QQBRIDGE_PORT: '5800',
    QQBRIDGE_ACCESS_TOKEN: '# [0123]'.replaceAll(' ', ''),
    QQBRIDGE_WEBSOCKET: 'no',
    QQBRIDGE_ADMIN_PORT: '5801',
    QQBRIDGE_LOG_LEVEL: 'debug',
    QQBRIDGE_LOG_MAX_SIZE: '1MiB',
    QQBRIDGE_ALLOWED_ORIGINS: '["http://a", "http://b"]',
    QQBRIDGE_SERVER_LIST: '{a: {port: 1}}',
    HOME: '/root',
  });
  assert.equal(config.port.port, 5800);
  assert.equal(config.port.accessToken, '#[0123]');
  assert.deepEqual(config.port.allowedOrigins, ['http://a', 'http://b']);
  assert.deepEqual([config.admin.port, config.admin.portGiven], [5801, true]);
  assert.deepEqual([config.log.level, config.log.keepDays, config.log.maxSizeBytes], ['debug', 3, 2 ** 20]);
  assert.equal(urlOf(config.servers.get('a')), 'http://127.0.0.1:1/');
});

test('a map in a variable replaces that of the file, and its members stand above it', () => {
  const { log } = sound('log: {level: warn, keep: 3}', { QQBRIDGE_LOG: '{level: error}', QQBRIDGE_LOG_JSON: 'yes' });
  assert.deepEqual([log.level, log.keepDays, log.json], ['error', 14, true]);
});

test('a byte order mark at the head of a variable is no part of its value', () => {
  const env = {
    QQBRIDGE_PORT: '\uFEFF5800',
    QQBRIDGE_ACCESS_TOKEN: '\uFEFFtoken',
    QQBRIDGE_SERVER_LIST: '\uFEFF{a: {port: 1}}',
  };
  const { port, servers } = sound('', env);
  assert.deepEqual([port.port, port.accessToken], [5800, 'token']);
  assert.ok(servers.has('a'));
  assert.equal(sound('access_token: ${T}', { T: '\uFEFFtoken' }).port.accessToken, 'token');
});

test('an empty variable counts as not set', () => {
  assert.equal(sound('port: 5800', { QQBRIDGE_PORT: '' }).port.port, 5800);
  assert.deepEqual(warningsOf('server_list: {a: {port: 1}}', { QQBRIDGE_NONSENSE: '' }), []);
});

test('a key of a server has its variable', () => {
  assert.equal(
    urlOf(soundServer('server_list: {survival: {port: 1}}', { QQBRIDGE_SERVER_LIST_SURVIVAL_PORT: '2' })),
    'ws://127.0.0.1:2/ws/',
  );
  const env = { QQBRIDGE_SERVER_LIST: '{my-mc: {port: 1}}', QQBRIDGE_SERVER_LIST_MY_MC_BOTS: '[1, 2]' };
  assert.deepEqual(soundServer('', env).bots, ['1', '2']);
});

test('the queue of a server is one variable, or one for each bound, which stand above it', () => {
  const text = 'server_list: {survival: {port: 1, queue: {max_age: 1m, max_events: 3}}}';
  const members = { QQBRIDGE_SERVER_LIST_SURVIVAL_QUEUE_MAX_AGE: '0' };
  assert.deepEqual(soundServer(text, members).queue, { maxAgeMs: 0, maxEvents: 3, maxBytes: 64 * 2 ** 20 });
  const env = { ...members, QQBRIDGE_SERVER_LIST_SURVIVAL_QUEUE: '{max_bytes: 1MiB, max_age: 2m}' };
  assert.deepEqual(soundServer(text, env).queue, { maxAgeMs: 0, maxEvents: 10_000, maxBytes: 2 ** 20 });
  assert.deepEqual(faultsOf(text, { QQBRIDGE_SERVER_LIST_SURVIVAL_QUEUE_MAX_EVENTS: 'many' }), [
    'QQBRIDGE_SERVER_LIST_SURVIVAL_QUEUE_MAX_EVENTS: server_list.survival.queue.max_events: found "many", expected a whole number from 1 to 1000000',
  ]);
});

test('an alias shares nothing with its anchor', () => {
  const text = 'server_list: {a: &a {port: 1}, b: *a}';
  const urls = [...sound(text, { QQBRIDGE_SERVER_LIST_B_PORT: '2' }).servers.values()].map(urlOf);
  assert.deepEqual(urls, ['ws://127.0.0.1:1/ws/', 'ws://127.0.0.1:2/ws/']);
});

test('faults name the variable', () => {
  assert.deepEqual(faultsOf('port: 1', { QQBRIDGE_PORT: 'tcp://10.0.0.1' }), [
    'QQBRIDGE_PORT: port: found "tcp://10.0.0.1", expected a port number from 0 to 65535',
  ]);
  assert.match(faultsOf('', { QQBRIDGE_LOG: '{level: [' }).join('\n'), /^QQBRIDGE_LOG: log: found broken YAML/);
  assert.match(
    faultsOf('', { QQBRIDGE_SERVER_LIST: '{a: {}}' }).join('\n'),
    /^QQBRIDGE_SERVER_LIST: server_list\.a\.port: found nothing/,
  );
  assert.match(
    faultsOf('', { QQBRIDGE_ACCESS_TOKEN: 'hunter2\n' }).join('\n'),
    /^QQBRIDGE_ACCESS_TOKEN: access_token: found a secret/,
  );
  assert.match(
    faultsOf('server_list: {a-b: {port: 1}, a.b: {port: 1}}', { QQBRIDGE_SERVER_LIST_A_B_PORT: '2' }).join('\n'),
    /^QQBRIDGE_SERVER_LIST_A_B_PORT: found a name that fits server_list\.a-b\.port and server_list\."a\.b"\.port/,
  );
});

test('an unknown variable of ours is warned of', () => {
  const text = 'server_list: {survival: {port: 1}}';
  assert.deepEqual(warningsOf(text, { QQBRIDGE_PROT: '1' }), [
    'QQBRIDGE_PROT: is the variable of no setting; did you mean QQBRIDGE_PORT?',
  ]);
  assert.deepEqual(warningsOf(text, { QQBRIDGE_SERVER_LIST_SURVIVAL_PROT: '1' }), [
    'QQBRIDGE_SERVER_LIST_SURVIVAL_PROT: is the variable of no setting; did you mean QQBRIDGE_SERVER_LIST_SURVIVAL_PORT?',
  ]);
  assert.deepEqual(warningsOf(text, { QQBRIDGE_XYZ: '1' }), ['QQBRIDGE_XYZ: is the variable of no setting']);
});

test('a placeholder is filled after parsing and then typed', () => {
  const env = { P: '5800', TOKEN: 'a: [b', ORIGIN: 'http://a' };
  const config = sound('port: ${P}\nsecret: x-${TOKEN}-${P}\nallowed_origins: ["${ORIGIN}"]', env);
  assert.equal(config.port.port, 5800);
  assert.equal(config.port.secret, 'x-a: [b-5800');
  assert.deepEqual(config.port.allowedOrigins, ['http://a']);
});

test('$${ stands for ${, and what a placeholder or variable holds is not filled again', () => {
  assert.equal(sound('secret: $${A}').port.secret, '${A}');
  assert.equal(sound('secret: ${A}', { A: '${B}' }).port.secret, '${B}');
  assert.equal(sound('', { QQBRIDGE_SECRET: '${B}' }).port.secret, '${B}');
});

test('a placeholder without its variable is a fault with its line', () => {
  assert.deepEqual(faultsOf('port: 1\naccess_token: ${NO_SUCH}'), [
    'config.yml:2: access_token: found ${NO_SUCH}, which is not set, expected a set variable',
  ]);
  assert.match(faultsOf('port: ${constructor}').join('\n'), /found \$\{constructor\}, which is not set/);
  assert.doesNotMatch(faultsOf('port: "${a\\nb\\e[31m}"').join(''), /\p{Cc}/u);
  assert.deepEqual(faultsOf('port: ${NO_SUCH}', { QQBRIDGE_PORT: '1' }), []);
});
