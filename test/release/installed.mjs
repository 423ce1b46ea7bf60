import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { delimiter, join } from 'node:path';
import { WebSocketServer } from 'ws';
import { ended, run } from './processes.mjs';

const DEADLINE_MS = 20_000;
const EVENT = {
  post_type: 'message',
  message_type: 'group',
  self_id: 10001,
  user_id: 1,
  group_id: 2,
  message: 'hello',
};

/** The tarball installed into a folder, beside a Node of its own. */
export class Installed {
  #folder;
  #tarball;
  #major;

  constructor({ folder, tarball, major }) {
    this.#folder = folder;
    this.#tarball = tarball;
    this.#major = major;
  }

  async install() {
    mkdirSync(join(this.#folder, 'config'), { recursive: true });
    writeFileSync(join(this.#folder, 'package.json'), '{"private": true}');
    const args = ['install', '--no-audit', '--no-fund', '--loglevel=error', `node@${this.#major}`, this.#tarball];
    await run('npm', args, { cwd: this.#folder });
  }

  /** What is checked, by title. */
  checks({ version }) {
    return [
      [
        'it is that Node',
        async () => assert.match(await this.#npx('node', '--version'), new RegExp(`^v${this.#major}\\.`)),
      ],
      ['--version', async () => assert.equal((await this.#npx('qqbridge', '--version')).trim(), version)],
      ['help', async () => assert.match(await this.#npx('qqbridge', 'help'), /Usage: npx qqbridge/)],
      ['schema', async () => assert.ok('server_list' in JSON.parse(await this.#npx('qqbridge', 'schema')).properties)],
      ['check, a daemon, an event on its way, a stop', () => this.#serve()],
    ];
  }

  async #serve() {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    try {
      await once(server, 'listening');
      const port = await freePort();
      const config = {
        port,
        admin: { port: await freePort() },
        server_list: { survival: { port: server.address().port } },
      };
      writeFileSync(join(this.#folder, 'config', 'config.yml'), JSON.stringify(config));
      assert.match(await this.#npx('qqbridge', 'check'), /^ok +server survival/m);
      await this.#daemon(port, server);
    } finally {
      for (const client of server.clients) client.terminate();
      server.close();
    }
  }

  async #daemon(port, server) {
    const bin = join(this.#folder, 'node_modules', '.bin');
    const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
    const daemon = spawn('qqbridge', [], { cwd: this.#folder, env, stdio: ['pipe', 'pipe', 'inherit'] });
    let said = '';
    daemon.stdout.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
    try {
      const delivered = firstMessage(server);
      await within(async () => {
        while (!said.includes('listens on')) await once(daemon.stdout, 'data');
      }, `the start; it said: ${said}`);
      const headers = { 'Content-Type': 'application/json', 'X-Self-ID': String(EVENT.self_id) };
      const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', headers, body: JSON.stringify(EVENT) });
      assert.equal(answer.status, 204);
      const event = await within(() => delivered, 'the event');
      assert.deepEqual(event, { ...EVENT, server: 'survival' });
      assert.match(await this.#npx('qqbridge', 'ctl', 'version'), new RegExp(`Node v${this.#major}\\.`));
      daemon.stdin.write('stop\n');
      assert.equal(await within(() => ended(daemon), 'the stop'), 0);
    } finally {
      if (daemon.exitCode === null) daemon.kill('SIGKILL');
    }
  }

  async #npx(...args) {
    return (await run('npx', ['--no-install', '--', ...args], { cwd: this.#folder })).output;
  }
}

/** The first event that is no lifecycle one, on whatever link. */
function firstMessage(server) {
  return new Promise((resolve) => {
    server.on('connection', (socket) => {
      socket.on('message', (data) => {
        const event = JSON.parse(data.toString());
        if (event.post_type === 'message') resolve(event);
      });
    });
  });
}

async function within(work, what) {
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no sign of ${what}`)), DEADLINE_MS);
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    clearTimeout(timer);
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
}
