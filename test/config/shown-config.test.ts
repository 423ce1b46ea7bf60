import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from 'js-yaml';
import { excerptOf } from '../../src/config/excerpt.ts';
import { readConfig } from '../../src/config/load.ts';
import { shownConfig } from '../../src/config/shown-config.ts';

const YAML = `
access_token: first-secret-value
secret: second-secret-value
admin: {token: third-secret-value}
rate_limit: {per_bot: 20/10s}
bots:
  main: {url: "ws://127.0.0.1:3001/?access_token=fifth-secret", access_token: sixth-secret-value}
server_list:
  survival:
    port: 5701
    access_token: seventh-secret-value
    queue: {max_age: 90s, max_bytes: 1MiB}
    filter: {post_type: [message, notice], raw_message: {prefix: "!!"}, not: {group_id: 1}}
  web: {protocol: http, url: "http://127.0.0.1/x?token=eighth-secret", secret: ninth-secret-value}
`;

test('the settings in force are shown in the words of the file, without a secret', () => {
  const outcome = readConfig(YAML, { file: '/srv/config.yml', env: {} });
  if (outcome.kind !== 'loaded') assert.fail(JSON.stringify(outcome));
  const yaml = shownConfig(outcome.config);
  assert.doesNotMatch(yaml, /-secret/);
  const shown = load(yaml) as { server_list: Record<string, Record<string, unknown>>; rate_limit: unknown };
  assert.deepEqual(shown.server_list['survival']?.['queue'], { max_age: '90s', max_events: 10_000, max_bytes: '1MiB' });
  assert.deepEqual(shown.rate_limit, { per_bot: '20/10s', wait: '10s' });
  assert.deepEqual(shown.server_list['survival']?.['filter'], {
    all: [{ post_type: ['message', 'notice'] }, { raw_message: { prefix: '!!' } }, { not: { group_id: '1' } }],
  });
});

test('an excerpt shows the lines around a fault and no secret, however it is written', () => {
  const text = [
    'port: 1',
    'access_token: hunter2',
    "'secret': |",
    '    hunter2',
    '    hunter2',
    'a: {token: hunter2, port: 99999}',
    'url: ws://me:hunter2@host/',
    'host: x',
  ].join('\r\n');
  for (let line = 1; line <= 8; line += 1) {
    const excerpt = excerptOf(text, line);
    assert.doesNotMatch(excerpt.lines.join('\n'), /hunter2/);
    assert.equal(excerpt.firstLine, Math.max(1, line - 2));
  }
  assert.deepEqual(excerptOf(text, 1).lines, ['port: 1', 'access_token: ***', "'secret': ***"]);
});
