import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { freeUrl, kindOf } from '../../../src/app/init/kinds.ts';
import { serverSideLines } from '../../../src/app/init/server-side.ts';

for (const [url, messageFormat, kind] of [
  ['ws://127.0.0.1:5701/ws/', 'keep', 'qqapi'],
  ['ws://127.0.0.1:8080/ws/', 'keep', 'qqapi'],
  ['ws://127.0.0.1:8080/ws/', 'string', 'imapi'],
  ['ws://127.0.0.1:8081/ws/', 'string', 'imapi'],
  ['ws://127.0.0.1:6199/ws', 'array', 'astrbot'],
  ['ws://127.0.0.1:6199/ws', 'keep', 'astrbot'],
  ['ws://127.0.0.1:8080/ws', 'keep', 'websocket'],
  ['ws://127.0.0.1:8080/onebot/v11/ws', 'array', 'nonebot'],
  ['ws://127.0.0.1:1/else', 'keep', 'websocket'],
] as const) {
  test(`an entry for ${url} with message_format ${messageFormat} looks like ${kind}`, () => {
    assert.equal(kindOf({ protocol: 'websocket', url, messageFormat }), kind);
  });
}

test('a new server is proposed at the usual port of its kind, or at the next one that is free', () => {
  assert.equal(freeUrl('ws://127.0.0.1:8080/ws/', new Set([5701])), 'ws://127.0.0.1:8080/ws/');
  assert.equal(freeUrl('ws://127.0.0.1:8080/ws/', new Set([8080, 8081])), 'ws://127.0.0.1:8082/ws/');
});

for (const page of ['quick-start.md', 'quick-start.zh-CN.md']) {
  test(`what init shows to enter at a server stands in docs/${page} too`, () => {
    const shown = readFileSync(new URL(`../../../../docs/${page}`, import.meta.url), 'utf8').replaceAll(/[\s"`]/g, '');
    const bridge = 'ws://127.0.0.1:5700/';
    for (const [kind, url, token] of [
      ['imapi', 'ws://127.0.0.1:8080/ws/', undefined],
      ['nonebot', 'ws://127.0.0.1:8080/onebot/v11/ws', 'a-long-random-text'],
      ['qqapi', 'ws://127.0.0.1:5701/ws/', undefined],
    ] as const) {
      const [, ...lines] = serverSideLines({
        name: kind,
        kind,
        url,
        bridge,
        ...(token === undefined ? {} : { token }),
      });
      for (const line of lines) assert.ok(shown.includes(String(line).replaceAll(/[\s"]/g, '')), String(line));
    }
  });
}
