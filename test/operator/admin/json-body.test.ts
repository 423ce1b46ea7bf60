import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import express from 'express';
import { jsonBody } from '../../../src/operator/admin/json-body.ts';

test('the body of a request is read as JSON within its bound', async (t) => {
  const app = express();
  app.post('/', jsonBody(1_000), (posted, response) => {
    response.json({ body: posted.body ?? 'none' });
  });
  const server = createServer(app);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const post = async (body: string | readonly string[], headers: Record<string, string> = JSON_TYPE) => {
    const call = request({ port, method: 'POST', headers, agent: false });
    for (const chunk of typeof body === 'string' ? [body] : body) call.write(chunk);
    call.end();
    const [response] = (await once(call, 'response')) as [import('node:http').IncomingMessage];
    let text = '';
    for await (const chunk of response.setEncoding('utf8')) text += chunk;
    return [response.statusCode, JSON.parse(text)];
  };

  assert.deepEqual(await post('{"a":1}'), [200, { body: { a: 1 } }]);
  assert.deepEqual(await post(['{"a"', ':', '1', '}']), [200, { body: { a: 1 } }]);
  assert.deepEqual(await post('{}', { 'content-type': 'application/json; charset=UTF-8' }), [200, { body: {} }]);
  assert.deepEqual(await post(''), [200, { body: {} }]);
  assert.deepEqual(await post('{"a":1}', { 'content-type': 'text/plain' }), [200, { body: 'none' }]);
  for (const body of ['{', '1', 'null', '"a"']) assert.equal((await post(body))[0], 400, body);
  assert.equal((await post(`"${'a'.repeat(1_000)}"`))[0], 413);
  assert.equal((await post(Array.from({ length: 1_001 }, () => ' ')))[0], 413);
  assert.equal((await post('{}', { ...JSON_TYPE, 'content-encoding': 'gzip' }))[0], 415);
  assert.equal((await post('{}', { 'content-type': 'application/json; charset=gbk' }))[0], 415);
});

const JSON_TYPE = { 'content-type': 'application/json' };
