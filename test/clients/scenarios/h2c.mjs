import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { application, bridge, check, until } from '../harness.mjs';
import { java } from '../programs.mjs';
import { SimulatedBot } from '../simulated-bot.mjs';

export const title = "HTTP clients that offer HTTP/2 with each request: the JDK's HttpClient, curl --http2";

const runFile = promisify(execFile);

/** Each client sends `{url, body, headers}` and returns `{status, body}`. Without a body it sends a GET. */
const CLIENTS = { "the JDK's HttpClient": jdk, 'curl --http2': curl };

export async function run(scope) {
  const app = await application(scope, 'aiocqhttp_app.py', { name: 'lobby' });
  const { port } = await bridge(scope, { server_list: { lobby: { port: app.port } } });
  const bot = new SimulatedBot('10001');
  await bot.connect(scope, `ws://127.0.0.1:${port}/`);
  await until(() => bot.say('are you there') && app.of('event').length > 0);

  const reporter = new SimulatedBot('10002');
  for (const [name, send] of Object.entries(CLIENTS)) {
    await calls(name, (request) => send({ ...request, url: `http://127.0.0.1:${port}${request.path}` }), bot);
    const { id, event } = reporter.message(`from ${name}`);
    const headers = { 'Content-Type': 'application/json', 'X-Self-ID': '10002' };
    const { status } = await send({ url: `http://127.0.0.1:${port}/`, body: event, headers });
    const came = () => app.of('event').some((seen) => seen.message_id === id && seen.text === `from ${name}`);
    await until(came, 20_000);
    check(`${name}: its report is taken and reaches the application`, status === 204 && came(), `${status}`);
  }
}

async function calls(name, send, bot) {
  const asked = await send({ path: '/get_login_info?self_id=10001', body: '', headers: {} });
  check(
    `${name}: a call by GET is answered`,
    asked.status === 200 && JSON.parse(asked.body).data.user_id === 10001,
    `${asked.status} ${asked.body}`,
  );
  const sent = await send({
    path: '/send_group_msg',
    body: JSON.stringify({ self_id: 10001, group_id: 987654321, message: `sent by ${name}` }),
    headers: { 'Content-Type': 'application/json' },
  });
  check(
    `${name}: a call by POST is carried out`,
    sent.status === 200 && bot.sent.some(({ text }) => text === `sent by ${name}`),
    `${sent.status} ${sent.body}`,
  );
}

async function jdk({ url, body, headers }) {
  const { command, args, cwd } = java('JdkHttp', [url, body, ...Object.entries(headers).flat()]);
  const { stdout } = await runFile(command, args, { cwd, timeout: 60_000 });
  return JSON.parse(stdout);
}

async function curl({ url, body, headers }) {
  const given = Object.entries(headers).flatMap(([name, value]) => ['--header', `${name}: ${value}`]);
  const data = body === '' ? [] : ['--data-binary', body];
  const written = ['--silent', '--show-error', '--http2', '--max-time', '30', '--write-out', '\n%{http_code}'];
  const { stdout } = await runFile('curl', [...written, ...given, ...data, url], { timeout: 60_000 });
  const at = stdout.lastIndexOf('\n');
  return { status: Number(stdout.slice(at + 1)), body: stdout.slice(0, at) };
}
