import assert from 'node:assert/strict';
import { test } from 'node:test';
import { load } from 'js-yaml';
import { composeConfig } from '../../src/config/compose.ts';
import { exampleConfig } from '../../src/config/example.ts';
import { readConfig } from '../../src/config/load.ts';

test('with nothing chosen it is the example', () => {
  assert.equal(composeConfig({}), exampleConfig());
});

test('what was chosen stands in the open, all else is there behind a "#"', () => {
  const chosen = {
    port: 5705,
    access_token: '0123',
    server_list: {
      '我的 世界': { port: 5701, queue: { max_age: '1h' }, bots: ['9007199254740993'] },
      web: { protocol: 'http', url: 'http://127.0.0.1:1/', filter: { post_type: 'message' } },
    },
    bots: { main: { url: 'ws://127.0.0.1:2/' } },
    admin: { port: 5781 },
  };
  const text = composeConfig(chosen);
  assert.deepEqual(load(text), { websocket: true, host: '127.0.0.1', debug_mode: false, ...chosen });
  assert.match(text, /^ {4}# Path on the server.*\n {4}#path: /m);
  const outcome = readConfig(text, { file: 'config.yml', env: {} });
  assert.equal(outcome.kind, 'loaded', JSON.stringify(outcome));
});
