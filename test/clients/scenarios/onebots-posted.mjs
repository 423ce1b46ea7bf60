import { createHmac } from 'node:crypto';
import { application, bridge, check, until } from '../harness.mjs';
import { SimulatedBot } from '../simulated-bot.mjs';

export const title =
  'reports by HTTP as onebots makes them: its header names the account of its config, the body another one';

const TOKEN = 'token-of-the-bots';

export async function run(scope) {
  const app = await application(scope, 'aiocqhttp_app.py', { name: 'lobby' });
  const { port } = await bridge(scope, { access_token: TOKEN, server_list: { lobby: { port: app.port } } });
  const onebots = new SimulatedBot('36713946586');
  const reports = ['one', 'two', 'three'].map((text) => onebots.message(text));
  const statuses = [];
  for (const { event } of reports) statuses.push(await report(port, event));
  const got = () => reports.filter(({ id }) => app.of('event').some((seen) => seen.message_id === id)).length;
  await until(() => got() === reports.length, 20_000);
  check(
    'each report is taken and reaches the application as an event of the account in its body',
    got() === reports.length && statuses.every((status) => status === 204),
    `${statuses.join(' ')}, ${got()} of ${reports.length} came`,
  );
}

/** onebots shows its token and signs with it. */
async function report(port, event) {
  const signature = createHmac('sha1', TOKEN).update(event).digest('hex');
  const answer = await fetch(`http://127.0.0.1:${port}/`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      'User-Agent': 'OneBot/11',
      Authorization: `Bearer ${TOKEN}`,
      'X-Self-ID': '10003',
      'X-Signature': `sha1=${signature}`,
    },
    body: event,
  });
  return answer.status;
}
