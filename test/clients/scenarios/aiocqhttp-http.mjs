import { createHmac } from 'node:crypto';
import { application, bridge, check, until } from '../harness.mjs';
import { tags } from '../pings.mjs';
import { SimulatedBot } from '../simulated-bot.mjs';

export const title = 'three aiocqhttp applications as HTTP targets, each with a secret of its own';

const EVENTS = 50;

export async function run(scope) {
  const names = ['lobby', 'survival', 'creative'];
  const apps = await Promise.all(
    names.map((name) => application(scope, 'aiocqhttp_app.py', { name, secret: `secret of ${name}` })),
  );
  const servers = apps.map(({ name, port }) => [name, { host: '127.0.0.1', port, secret: `secret of ${name}` }]);
  const { port } = await bridge(scope, {
    websocket: false,
    secret: 'secret of the bots',
    server_list: Object.fromEntries(servers),
  });

  const reporter = new SimulatedBot('10002');
  const { id: quickId, event } = reporter.message('quick');
  const answer = await report(port, event);
  const body = await answer.text();
  const reply = body === '' ? undefined : JSON.parse(body).reply;
  check(
    'a reporter by HTTP is answered with the quick operation of one of them',
    answer.status === 200 && names.some((name) => reply === `quick ${name} ${quickId}`),
    `${answer.status} ${body}`,
  );

  const statuses = [];
  for (let i = 0; i < EVENTS; i++) statuses.push((await report(port, reporter.message(`message ${i}`).event)).status);
  await until(() => apps.every((app) => app.of('event').length >= EVENTS + 1));
  const got = apps.map((app) => `${app.name} ${app.of('event').length}`).join(', ');
  check(
    `${EVENTS} more reports reach each of them once: every signature is accepted`,
    apps.every((app) => app.of('event').length === EVENTS + 1) && statuses.every((status) => status === 204),
    got,
  );
  tags(apps);

  const bot = new SimulatedBot('10001');
  await bot.connect(scope, `ws://127.0.0.1:${port}/`);
  const id = bot.say('quick');
  await until(() => bot.quick.length >= apps.length, 30_000);
  const replies = bot.quick.map(({ text }) => text).sort();
  check(
    'a bot on WebSocket is told the quick operation of each of them',
    JSON.stringify(replies) === JSON.stringify(names.map((name) => `quick ${name} ${id}`).sort()) &&
      bot.quick.every(({ context }) => context.message_id === id),
    replies.join(', '),
  );
}

async function report(port, event) {
  const signature = createHmac('sha1', 'secret of the bots').update(event).digest('hex');
  return await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Self-ID': '10002', 'X-Signature': `sha1=${signature}` },
    body: event,
  });
}
