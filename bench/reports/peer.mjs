// What an HTTP report costs at least: `node peer.mjs node-http` collects the body, `express-json` parses it. Both answer
// 204 and do nothing else.
import { createServer } from 'node:http';
import express from 'express';

function collecting() {
  return createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const body = chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
      response.writeHead(body.length > 0 ? 204 : 400).end();
    });
  });
}

function parsing() {
  const app = express();
  app.post('/', express.json({ limit: '64mb' }), (request, response) => {
    response.status(request.body.post_type === undefined ? 400 : 204).end();
  });
  return createServer(app);
}

const server = process.argv[2] === 'express-json' ? parsing() : collecting();
server.listen(0, '127.0.0.1', 511, () => console.log(JSON.stringify({ port: server.address().port })));
process.stdin.resume().on('end', () => process.exit());
