import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { formatFault } from '../../src/config/findings.ts';
import { type FixedSettings, type LoadedConfig, readConfig } from '../../src/config/load.ts';

/** Reads a file for a bridge that has listened on another address since its start. */
function reload(yaml: string, fixed: Partial<FixedSettings>): LoadedConfig | string {
  const file = '/srv/bridge/config.yml';
  const running = { host: '127.0.0.1', port: 5700, dataDir: '/srv/bridge/data', ...fixed };
  const outcome = readConfig(yaml, { file, env: { LANG: 'C' }, fixed: running });
  return outcome.kind === 'loaded' ? outcome : outcome.faults.map((fault) => String(formatFault(fault))).join('\n');
}

function loaded(yaml: string, fixed: Partial<FixedSettings>): LoadedConfig {
  const outcome = reload(yaml, fixed);
  return typeof outcome === 'string' ? assert.fail(outcome) : outcome;
}

const OPEN = { host: '0.0.0.0' };

describe('until the restart that a changed host, port or data needs', () => {
  test('a port that listens on the network lets nobody in without a token', () => {
    for (const yaml of ['host: 127.0.0.1\n', 'host: localhost\nport: 5701\n', 'data: elsewhere\n', '']) {
      assert.match(
        String(reload(yaml, OPEN)),
        /access_token: found nothing, but the bridge listens on 0\.0\.0\.0:5700 until/,
      );
    }
    assert.ok(loaded('host: 127.0.0.1\naccess_token: t\n', OPEN));
    assert.deepEqual(loaded('host: 127.0.0.1\ninsecure: true\n', OPEN).config.port.anonymousCalls, false);
  });

  test('calls without a token are taken where the port really is on loopback, and nowhere else', () => {
    const token = 'access_token: t\n';
    assert.equal(loaded(`host: 127.0.0.1\n${token}`, OPEN).config.port.anonymousCalls, false);
    assert.equal(loaded('host: 0.0.0.0\ninsecure: true\n', {}).config.port.anonymousCalls, true);
  });

  test('a listen server without a token is refused where nobody is let in without one', () => {
    const yaml = 'host: 127.0.0.1\ninsecure: true\nserver_list: {a: {protocol: listen}}\n';
    assert.match(String(reload(yaml, OPEN)), /server_list\.a\.access_token: found nothing, where nobody is let in/);
    assert.ok(loaded(yaml, {}));
  });

  test('no server and no bot is looked for where the bridge itself listens', () => {
    const server = 'port: 5701\nserver_list: {a: {port: 5700}}\n';
    assert.match(
      String(reload(server, {})),
      /server_list\.a\.port: found 127\.0\.0\.1:5700, where the bridge itself listens/,
    );
    const bot = 'port: 5701\nbots: {b: {url: "ws://127.0.0.1:5700"}}\n';
    assert.match(String(reload(bot, {})), /bots\.b\.url: found where the bridge itself listens/);
    assert.match(String(reload('host: 127.0.0.2\nserver_list: {a: {port: 5700}}\n', {})), /where the bridge itself/);
  });

  test('the admin listener keeps off the port that is really listened on', () => {
    const yaml = 'port: 5701\nadmin: {port: 5700}\n';
    assert.match(String(reload(yaml, {})), /admin\.port: found 5700, the port that the bots connect to/);
    assert.equal(loaded('port: 5700\n', { port: 5780 }).config.admin.port, 0);
    assert.equal(loaded('port: 5780\nadmin: {enabled: false}\n', {}).config.port.port, 5700);
  });

  test('the Host that is demanded is that of the real address, and each changed key is named once', () => {
    const { config, needRestart } = loaded('host: localhost\nport: 5701\ndata: elsewhere\n', {});
    assert.deepEqual(needRestart, ['host', 'port', 'data']);
    assert.deepEqual([config.port.host, config.port.port, config.dataDir], ['127.0.0.1', 5700, '/srv/bridge/data']);
    assert.deepEqual(loaded('', {}).needRestart, []);
  });

  test('every guard is what it is where the file names the real address, whichever key waits for the restart', () => {
    const guards = [
      'access_token: t',
      'access_token: t\nanonymous_calls: true',
      'secret: s\ninsecure: true',
      'allowed_origins: http://a\ninsecure: true',
      'max_payload: 1MiB\ninsecure: true',
      'insecure: true',
      'insecure: true\nserver_list: {a: {port: 1, actions: {deny: [set_*]}}}',
      'insecure: true\nserver_list: {a: {port: 1, bots: [1]}}',
      'insecure: true\nadmin: {port: 5790}',
    ];
    for (const fixed of [{}, OPEN, { host: 'localhost' }, { port: 5780 }]) {
      const { host, port } = { host: '127.0.0.1', port: 5700, ...fixed };
      for (const guard of guards) {
        const { port: wanted, admin } = loaded(`${guard}\nhost: ${host}\nport: ${port}\n`, fixed).config;
        for (const elsewhere of [`host: 127.0.0.3\nport: ${port}`, `host: ${host}\nport: 5999`, 'data: elsewhere']) {
          const yaml = `${guard}\n${elsewhere}\n`;
          const { config } = loaded(yaml, fixed);
          assert.deepEqual([config.port, config.admin], [wanted, admin], yaml);
        }
      }
    }
  });

  test('a file that the next start would refuse is refused now', () => {
    assert.match(String(reload('host: 0.0.0.0\n', {})), /host: found "0\.0\.0\.0" without an access_token/);
  });
});
