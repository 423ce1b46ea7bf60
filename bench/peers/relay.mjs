// The least that any process between two others can be: `node relay.mjs PORT` prints `{"port": N}`, dials PORT for each
// connection that comes there and passes the bytes on, both ways, unread. What a bridge costs beyond it is its own.
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { answerQuestions } from '../support/questions.mjs';

const target = { port: Number(process.argv[2]), host: '127.0.0.1', noDelay: true };

const server = createServer({ noDelay: true }, (near) => {
  const far = connect(target);
  near.pipe(far).pipe(near);
  near.on('error', () => far.destroy());
  far.on('error', () => near.destroy());
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
answerQuestions({ port: server.address().port }, () => 'ready');
