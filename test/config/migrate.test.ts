import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sound, soundServer, urlOf, warningsOf } from './read.ts';

test('the misspelt webscocket is websocket', () => {
  const text = 'webscocket: false\nserver_list: {a: {port: 1}}';
  assert.equal(soundServer(text).protocol, 'http');
  assert.deepEqual(warningsOf(text), [
    'config.yml:1: webscocket: is an old or misspelt name of websocket and is taken as websocket; rename it',
  ]);
});

test('websocket stands above webscocket, which QQBridge.py never read', () => {
  const text = 'webscocket: false\nserver_list: {a: {port: 1}}\nwebsocket: true';
  assert.equal(soundServer(text).protocol, 'websocket');
  assert.match(warningsOf(text).join('\n'), /config\.yml:1: webscocket: .* is left out, since websocket is given too/);
});

test('a file from before WebSocket posts to the paths it names', () => {
  const text = `post_host: 127.0.0.1
post_port: 5711
post_url: /post
server_list:
  example:
    host: 127.0.0.1
    port: 5702
    url: post
debug_mode: false
`;
  const config = sound(text);
  assert.deepEqual([config.port.host, config.port.port], ['127.0.0.1', 5711]);
  assert.equal(urlOf(config.servers.get('example')), 'http://127.0.0.1:5702/post');
  assert.deepEqual(
    warningsOf(text).map((line) => line.split(':').slice(1, 3).join(':')),
    ['1: post_host', '2: post_port', '3: post_url', '1: websocket', '8: server_list.example.url'],
  );
});

test('a url that starts with a slash is a path', () => {
  assert.equal(urlOf(soundServer('server_list: {a: {port: 1, url: /onebot}}')), 'ws://127.0.0.1:1/onebot');
  assert.equal(urlOf(soundServer('server_list: {a: {port: 1, url: //onebot}}')), 'ws://127.0.0.1:1/onebot');
});
