import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { check, freePort, until } from '../harness.mjs';
import { root } from '../install.mjs';
import { SimulatedBot } from '../simulated-bot.mjs';
import { Terminal } from '../terminal.mjs';

export const title = 'the console in a real terminal (tmux)';

/** Log lines come at this pace while somebody types. */
const EVENTS_PER_SECOND = 100;

export async function run(scope) {
  const home = mkdtempSync(join(tmpdir(), 'qqbridge-terminal-'));
  scope.after(() => rmSync(home, { recursive: true, force: true }));
  const port = await freePort();
  const file = join(home, 'config.yml');
  const away = { host: '127.0.0.1', port: await freePort() };
  const config = { port, admin: { port: await freePort() }, server_list: { survival: away, 生存服: away } };
  writeFileSync(file, JSON.stringify(config));
  const terminal = new Terminal(scope, {
    command: [process.execPath, join(root, 'bin', 'qqbridge.js'), 'run', '-c', file],
    columns: 100,
    env: { LANG: 'C.UTF-8', QQBRIDGE_LANGUAGE: 'en', TERM: 'screen-256color' },
  });
  const shows = (pattern) => until(() => terminal.screen.some((line) => pattern.test(line)), 20_000);
  const promptIs = (typed) => until(() => terminal.screen.at(-1) === `> ${typed}`.trimEnd(), 20_000);
  const enter = (line) => {
    terminal.type(line);
    terminal.press('Enter');
  };

  check('a prompt stands below the first lines', await promptIs(''));
  terminal.type('pause 生');
  terminal.press('Tab');
  check('a name in Chinese is completed', await promptIs('pause 生存服'), terminal.screen.at(-1));
  terminal.press('Enter');
  check('the command is carried out', await shows(/^生存服 is paused/));

  enter('debug on');
  await shows(/^Debug is on/);
  terminal.type('stat');
  await promptIs('stat');
  const bot = new SimulatedBot('10001');
  await bot.connect(scope, `ws://127.0.0.1:${port}/`);
  const events = setInterval(() => bot.say('hello'), 1_000 / EVENTS_PER_SECOND);
  const flooded = await until(() => terminal.screen.filter((line) => line.includes('[DEBUG]')).length > 20, 20_000);
  check(
    'log lines run above a line that is being typed',
    flooded && (await promptIs('stat')),
    terminal.screen.join('\n'),
  );
  terminal.type('us');
  terminal.press('Enter');
  clearInterval(events);
  check('and the line goes on to be a command', await shows(/^bots +1 of 1 online/));
  enter('debug off');
  await shows(/^Debug is off/);

  terminal.paste('version\nbots\n');
  check('lines that are pasted are carried out one by one', (await shows(/^QQBridge \d/)) && (await shows(/^10001 /)));
  terminal.press('Up');
  check('the history is there', await promptIs('bots'), terminal.screen.at(-1));
  terminal.press('C-u');

  for (const columns of [80, 50]) {
    terminal.resize(columns);
    await promptIs('');
    const screenOf = async (line, last) => {
      enter('version');
      await shows(/^QQBridge \d/);
      terminal.clear();
      enter(line);
      await until(() => last.test(terminal.screen.join(' ')), 20_000);
      return terminal.screen;
    };
    const servers = await screenOf('servers', /-> survival: start it/);
    check(
      `at ${columns} columns servers shows state, what waits and the reason`,
      servers.some((line) => /^survival +unreachable\b.* \d+/.test(line)) &&
        /connection refused: nothing listens\s+there/.test(servers.join(' ').replace(/ +/g, ' ')),
      servers.join(' | '),
    );
    const bots = await screenOf('bots', /10001 +online/);
    check(
      `at ${columns} columns bots shows the state`,
      bots.some((line) => /^10001 +online/.test(line)),
      bots.join(' | '),
    );
    const queue = await screenOf('queue', /In all: /);
    check(
      `at ${columns} columns queue shows what waits and why`,
      queue.some((line) => /^survival .*unreachable +\d+/.test(line)) && /connection refused/.test(queue.join(' ')),
      queue.join(' | '),
    );
    const status = await screenOf('status', /debug +o/);
    check(`at ${columns} columns status is whole`, !status.some((line) => line.endsWith('...')), status.join(' | '));
    enter('tail');
    await shows(/^Following each event/);
    bot.say('what is said here');
    check(`at ${columns} columns tail shows what is said`, await shows(/is said here/), terminal.screen.join(' | '));
    terminal.press('Enter');
    await shows(/^No longer following/);
  }

  terminal.resize(44);
  await promptIs('');
  enter('servers');
  const heads = () => terminal.screen.filter((line) => /^(SERVER|survival|生存服)/.test(line));
  const fits = await until(() => heads().length === 3, 20_000);
  check('a table is cut to a narrow window, a line for a server', fits, terminal.screen.join(' | '));

  terminal.press('C-d');
  check('ctrl-D stops nothing', (await promptIs('')) && terminal.exitStatus === undefined);
  terminal.press('C-c');
  check(
    'ctrl-C stops in order',
    await until(() => terminal.exitStatus === 0, 20_000),
    terminal.screen.slice(-8).join(' | '),
  );
}
