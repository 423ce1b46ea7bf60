import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CORE_SCHEMA, load } from 'js-yaml';
import { z } from 'zod';
import { CATALOGUE } from '../../src/config/catalogue.ts';
import { exampleConfig } from '../../src/config/example.ts';
import { schemaText } from '../../src/config/home.ts';
import { configJsonSchema } from '../../src/config/json-schema.ts';
import { configReference } from '../../src/config/reference.ts';
import { CHINESE_PAGE } from '../../src/config/reference-pages.ts';
import { speakIn } from '../../src/language/speak.ts';
import { sound, warningsOf } from './read.ts';

// From .build/test/config.
const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const GENERATED: readonly (readonly [string, () => string])[] = [
  ['config/schema.json', schemaText],
  ['config/example.yml', exampleConfig],
  ['docs/configuration.md', configReference],
  ['docs/configuration.zh-CN.md', () => configReference(CHINESE_PAGE, speakIn('zh'))],
];

for (const [file, make] of GENERATED) {
  test(`${file} is fresh (else: npm run build && node scripts/generate-config-docs.mjs)`, async () => {
    assert.equal(await readFile(join(ROOT, file), 'utf8'), make());
  });
}

test('a written config has its comments in the language of its reader, and the same keys', () => {
  const [english, chinese] = [exampleConfig(), exampleConfig(speakIn('zh'))];
  const keysOf = (yaml: string) => yaml.split('\n').filter((line) => !/^ *(?:# +)?# /.test(line));
  assert.deepEqual(keysOf(chinese), keysOf(english));
  assert.match(
    chinese,
    /^# 没有写明 protocol 的服务器使用的协议：true 为 websocket，false 为 http。\nwebsocket: true$/m,
  );
  for (const line of chinese.split('\n'))
    assert.ok(line.length + (line.match(/\p{Script=Han}/gu)?.length ?? 0) <= 124, line);
  assert.ok(sound(chinese).servers.has('survival'));
});

test('every key has a description, and a default, an example or members', () => {
  for (const key of CATALOGUE) {
    const name = key.path.join('.');
    assert.ok(key.description !== '' || key.path.length === 2, name);
    assert.ok(key.kind === 'map' || key.preset !== undefined || key.example !== undefined, name);
  }
});

test('the example and the minimal config load, and editors accept them', async () => {
  const schema = z.fromJSONSchema(configJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);
  for (const name of ['example.yml', 'minimal.yml']) {
    const text = await readFile(join(ROOT, 'config', name), 'utf8');
    assert.ok(sound(text).servers.has('survival'));
    assert.deepEqual(schema.safeParse(load(text, { schema: CORE_SCHEMA })).error, undefined);
  }
  assert.deepEqual(warningsOf(await readFile(join(ROOT, 'config/minimal.yml'), 'utf8')), []);
});

test('every key of the example may be switched on, except those that exclude each other', () => {
  const text = exampleConfig()
    .replaceAll(/^( *)#(?! )/gm, '$1')
    .replaceAll(/^( *)#(?= {2})/gm, '$1')
    .replaceAll(/^ +(?:url|protocol): .*\n/gm, '')
    // Of files that are not there.
    .replaceAll(/^ *(?:tls|ca|verify|cert|key):.*\n/gm, '')
    .replace('websocket: true', 'websocket: false');
  const config = sound(text);
  assert.equal(config.admin.token, 'a-long-random-text');
  const survival = config.servers.get('survival');
  assert.deepEqual(survival?.bots, ['10001', '10002']);
  assert.equal(survival?.queue.maxAgeMs, 300_000);
});

test('the documented defaults are the real ones', () => {
  const given = CATALOGUE.filter(({ path, preset }) => path.length === 1 && preset !== undefined)
    .map(({ path, preset }) => `${path[0]}: ${preset}`)
    .concat(['log', 'admin'].map((section) => `${section}: {${presetsIn([section])}}`));
  const { admin, ...rest } = sound(given.join('\n'));
  const { admin: plainAdmin, ...plainRest } = sound('port: 5700');
  assert.deepEqual(rest, plainRest);
  assert.deepEqual({ ...admin, portGiven: false }, plainAdmin);
  const path = ['server_list', '<name>'];
  const server = `port: 1, protocol: http, ${presetsIn(path)}, queue: {${presetsIn([...path, 'queue'])}}`;
  assert.deepEqual(sound(`server_list: {a: {${server}}}`), sound('server_list: {a: {port: 1, protocol: http}}'));
});

function presetsIn(path: readonly string[]): string {
  return CATALOGUE.filter(
    (key) => key.path.length === path.length + 1 && path.every((part, index) => key.path[index] === part),
  )
    .filter(({ preset }) => preset !== undefined)
    .map((key) => `${key.path.at(-1)}: ${key.preset}`)
    .join(', ');
}
