import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completeCommand, runCommand } from '../../src/operator/command-line.ts';
import { COMMANDS } from '../../src/operator/commands.ts';
import { textWidth } from '../../src/operator/text-width.ts';
import { silentLogger } from '../../src/support/logger.ts';
import { inEnglish, type Words } from '../../src/support/text.ts';
import { botNamed, FakeBridge, letterOf, serverNamed } from './fake-bridge.ts';
import { linesOf, run, wrongLine } from './run.ts';

test('help lists every command with a line of help', async () => {
  const lines = await linesOf('help');
  assert.deepEqual(
    lines.map((line) => line.split(/ {2,}/)[0]?.replace(/(?: \[?[A-Z]+\]?)+$/, '')),
    COMMANDS.map(({ name }) => name),
  );
});

test('help explains one command, however it is written, and all that begin alike', async () => {
  assert.match((await linesOf('HELP Reload Config')).join(), /^reload config {2}reads/);
  assert.match((await linesOf('help exit')).join(), /^stop /);
  assert.equal((await linesOf('help debug')).length, 3);
  assert.equal((await linesOf('help dead')).length, 3);
});

for (const line of ['stop', 'exit', '__stop__', '  STOP \r']) {
  test(`"${line.trim()}" stops the daemon and says who asked`, async () => {
    const bridge = new FakeBridge();
    await linesOf(line, bridge);
    assert.deepEqual(bridge.told, ['stop: stop on the console']);
  });
}

const WRONG: readonly (readonly [line: string, answer: string])[] = [
  ['', 'Type a command; help lists them.'],
  ['   ', 'Type a command; help lists them.'],
  ['reload', 'Usage: reload config'],
  ['reload x', 'Usage: reload config'],
  ['reload config now', 'Usage: reload config'],
  ['debug', 'Usage: debug on | debug off | debug thread'],
  ['debug maybe', 'Usage: debug on | debug off | debug thread'],
  ['stop it', 'Usage: stop'],
  ['stpo', 'There is no command "stpo". Did you mean stop?'],
  ['serves', 'There is no command "serves". Did you mean servers?'],
  ['停', 'There is no command "停". Type help for a list.'],
  [
    'help me',
    'There is no command "me". There are: help, status, bots, servers, queue, queues, pause, resume, reconnect, tail, ...',
  ],
  ['reconnect', 'Usage: reconnect NAME'],
  ['reconnect survivel', 'There is no server "survivel". Did you mean survival?'],
  ['reconnect ""', 'There is no server """". There are: survival, my server'],
  ['pause', 'Usage: pause NAME'],
  ['resume', 'Usage: resume NAME'],
  ['pause nobody', 'There is no server "nobody". There are: survival, my server'],
  ['resume my', 'There is no server "my". There are: survival, my server'],
  ['tail nobody', 'There is no server "nobody". There are: survival, my server'],
  ['dead foo', 'There is no server "foo". Usage: dead [NAME] | dead retry NAME | dead drop NAME'],
  ['dead rety survival', 'There is no server "rety survival". Usage: dead [NAME] | dead retry NAME | dead drop NAME'],
  ['dead retry', 'Usage: dead retry NAME'],
  ['DEAD  drop ', 'Usage: dead drop NAME'],
  ['dead retry survivel', 'There is no server "survivel". Did you mean survival?'],
  ['dead drop foo', 'There is no server "foo". There are: survival, my server'],
  ['queue survival', 'Usage: queue'],
  ['constructor', 'There is no command "constructor". Type help for a list.'],
  ['\u0000\u001b[2J\ufffd', 'There is no command "\\u0000\\u001b[2J\ufffd". Type help for a list.'],
  ['x'.repeat(100), `There is no command "${'x'.repeat(40)}...". Type help for a list.`],
  ['x'.repeat(100_000), 'The line is too long for a command. Type help for a list.'],
];

for (const [line, answer] of WRONG) {
  test(`${JSON.stringify(line.slice(0, 50))} gets one line of help`, async () => {
    const bridge = new FakeBridge({ servers: [serverNamed('survival'), serverNamed('my server')] });
    assert.equal(await wrongLine(line, bridge), answer);
    assert.deepEqual(bridge.told, []);
  });
}

test('a server is named with or without quotes, with spaces, and in any case', async () => {
  const names = ['my server', '生存', '"odd"', 'Lobby', 'lobby2'];
  const bridge = new FakeBridge({ servers: names.map((name) => serverNamed(name)) });
  for (const given of ['my server', '"my server"', `'My Server'`, '生存', '"odd"', 'LOBBY']) {
    await linesOf(`reconnect   ${given} `, bridge);
  }
  assert.deepEqual(
    bridge.told,
    ['my server', 'my server', 'my server', '生存', '"odd"', 'Lobby'].map((name) => `reconnect ${name}`),
  );
});

test('reconnect says that there is no server to reconnect', async () => {
  assert.equal(await wrongLine('reconnect x'), 'There is no server "x": none is configured.');
});

test('reload config says what changed, what needs a restart and what is odd', async () => {
  const bridge = new FakeBridge();
  assert.deepEqual(await linesOf('reload config', bridge), ['The config is as it was.']);
  bridge.reloadOutcome = {
    kind: 'applied',
    changes: ['server survival: added'],
    needRestart: ['port', 'data'],
    warnings: ['webscocket is misspelt'],
  };
  assert.deepEqual(await linesOf('Reload  Config', bridge), [
    'warning: webscocket is misspelt',
    'server survival: added',
    'a restart is needed for: port, data',
    'The config is reloaded.',
  ]);
});

test('a faulty config is refused with its faults', async () => {
  const bridge = new FakeBridge();
  bridge.reloadOutcome = { kind: 'refused', faults: ['config.yml:3: port: found "x"'], details: [] };
  assert.deepEqual(await run('reload config', bridge), {
    kind: 'failed',
    lines: ['config.yml:3: port: found "x"', 'The file has faults; nothing was changed.'],
    faults: [],
  });
});

test('a sound config that can not be applied is refused with the reason', async () => {
  const bridge = new FakeBridge();
  bridge.reloadOutcome = { kind: 'refused', faults: ['port 127.0.0.1:5780 is in use by another program'] };
  assert.deepEqual(await run('reload config', bridge), {
    kind: 'failed',
    lines: ['port 127.0.0.1:5780 is in use by another program', 'Nothing was changed.'],
  });
});

test('a command that throws is answered and logged', async () => {
  const bridge = new FakeBridge();
  bridge.status = () => {
    throw new Error('broken');
  };
  const logged: string[] = [];
  const logger = { ...silentLogger, error: (message: Words) => logged.push(String(message)) };
  for (const line of ['status', 'reconnect x']) {
    const result = await runCommand(line, { bridge, logger, speak: inEnglish, origin: 'console' });
    assert.deepEqual(result, { kind: 'failed', lines: ['The command failed; see the log.'] });
  }
  assert.deepEqual(logged, ['a command failed', 'a command failed']);
});

test('debug on and off are carried out and shown by status', async () => {
  const bridge = new FakeBridge();
  await linesOf('debug on', bridge);
  assert.equal((await linesOf('status', bridge)).at(-1), 'debug    on');
  await linesOf('debug OFF', bridge);
  assert.equal((await linesOf('status', bridge)).at(-1), 'debug    off');
});

test('status shows the daemon at a glance', async () => {
  const bridge = new FakeBridge({ servers: [serverNamed('a', [{}]), { ...serverNamed('b'), state: 'refusing' }] });
  assert.deepEqual(await linesOf('status', bridge), [
    'QQBridge 1.2.3, ready, for 1 h 2 min',
    'port     http://127.0.0.1:5700',
    'admin    off',
    'config   /home/qq/config/config.yml',
    'bots     0 of 0 online',
    'servers  1 of 2 up, 1 refusing',
    'queue    nothing waits',
    'log      durable',
    'debug    off',
  ]);
});

test('status shows what waits in all, who is paused and how the event log is', async () => {
  const now = Date.now();
  const waiting = { queuedEvents: 1, queuedBytes: 512, oldestAt: now - 60_500 };
  const bridge = new FakeBridge({
    log: { kind: 'memory', reason: 'the data folder is read-only' },
    servers: [
      {
        ...serverNamed('a', [waiting, { queuedEvents: 3, queuedBytes: 2_048, oldestAt: now - 185_500 }]),
        state: 'paused',
        paused: true,
      },
      { ...serverNamed('b', [{ ...waiting, state: 'waiting' }]), state: 'disabled', enabled: false },
    ],
  });
  const [, , , , , ...lines] = await linesOf('status', bridge);
  assert.deepEqual(lines, [
    'servers  0 of 2 up, 1 paused, 1 disabled',
    'queue    5 events, 3.0 KiB, the oldest from 3 min 5 s ago',
    'log      in memory alone (the data folder is read-only), nothing outlives a stop',
    'debug    off',
  ]);
});

test('while the event log takes nothing, each list says so', async () => {
  const servers = [serverNamed('a')];
  const bridge = new FakeBridge({ log: { kind: 'failing', reason: 'no space left\n' }, servers });
  const trouble = 'failing (no space left\\n), HTTP reports are answered 503';
  for (const line of ['bots', 'servers']) {
    assert.equal((await linesOf(line, bridge)).at(-1), `Event log: ${trouble}.`, line);
  }
  assert.equal((await linesOf('queue', bridge)).at(-1), `In all: nothing waits. Event log: ${trouble}.`);
  assert.ok((await linesOf('status', bridge)).includes(`log      ${trouble}`));
});

test('bots shows the state of each bot, a line per session, and what to change', async () => {
  const session = { kind: 'reverse-ws', role: 'API', remote: '127.0.0.1:4000', since: Date.now() - 60_500 } as const;
  const bots = [
    botNamed('10001', {
      events: 12,
      lastEventAt: Date.now() - 3_500,
      sessions: [session, { ...session, role: 'Event', userAgent: 'evil\u001b[2J' } as const],
    }),
    botNamed('10002', { state: 'account_offline', cause: 'the account went offline: "kicked"', cure: 'log in again' }),
    botNamed('10003', { state: 'away', cause: 'its connection is gone', cure: 'start its program' }),
  ];
  assert.deepEqual(await linesOf('bots', new FakeBridge({ bots })), [
    'BOT    STATE            FOR  EVENTS  LAST EVENT  SESSION           FROM            SINCE  PROGRAM',
    '10001  online           5 s  12      3 s ago     API reverse-ws    127.0.0.1:4000  1 min',
    '                                                 Event reverse-ws  127.0.0.1:4000  1 min  evil\\u001b[2J',
    '10002  account_offline  5 s  0       never                                                               the account went offline: "kicked"',
    '10003  away             5 s  0       never                                                               its connection is gone',
    '-> 10002: log in again',
    '-> 10003: start its program',
  ]);
});

test('bots says where bots connect to while there is none: WebSocket first, then HTTP', async () => {
  assert.deepEqual(await linesOf('bots'), [
    'No bot has come yet.',
    'Enter in your bot, as reverse WebSocket: ws://127.0.0.1:5700/',
    '  NapCat: Network, New, WebSocket client. LLOneBot: OneBot 11, WebSocket reverse.',
    '  The token there is access_token of the config; leave it empty where the config has none.',
    'Or, for a bot that only reports by HTTP: http://127.0.0.1:5700/ (NapCat: HTTP client; LLOneBot: HTTP POST).',
  ]);
});

test('bots lists an entry whose account is not known, and says when the same bot is there by another way only', async () => {
  const standing = {
    state: 'unreachable',
    since: Date.now() - 5_500,
    cause: 'connection refused',
    cure: 'start it',
  } as const;
  const entry = {
    name: 'main',
    kind: 'forward-ws',
    url: 'ws://127.0.0.1:3001/',
    state: 'waiting',
    since: 0,
    standing,
  } as const;
  const unknown = await linesOf('bots', new FakeBridge({ bots: [botNamed('10001')], dialled: [entry] }));
  assert.match(unknown.join('|'), /\|main +unreachable +5 s +.*connection refused\|-> main: start it$/);
  const known = new FakeBridge({ bots: [botNamed('10001')], dialled: [{ ...entry, selfId: '10001' }] });
  assert.deepEqual((await linesOf('bots', known)).slice(2), [
    'main, which the bridge dials at ws://127.0.0.1:3001/: unreachable; connection refused',
    '-> main: start it',
  ]);
});

/** Made by each test, so that the ages in it are right however slowly the tests run. */
function inTrouble() {
  return {
    state: 'waiting',
    queuedEvents: 4,
    standing: {
      state: 'unreachable',
      since: Date.now() - 65_500,
      cause: 'connection refused: nothing listens there',
      cure: 'start it, or correct its host and port',
    },
  } as const;
}

/** Four servers: up, in trouble with two links, paused, disabled. */
function fourServers(): FakeBridge {
  const trouble = inTrouble();
  const { cause, cure } = trouble.standing;
  const nextTryAt = Date.now() + 2_900;
  const two = serverNamed('生存服', [{ selfId: '10001' }, { ...trouble, selfId: '10002', nextTryAt }]);
  const down = serverNamed('creative', [{ ...trouble, selfId: '10001', nextTryAt }]);
  return new FakeBridge({
    servers: [
      { ...two, cause: `link of bot 10002: ${cause}`, cure },
      { ...down, state: 'unreachable', linkState: 'unreachable', cause, cure },
      { ...serverNamed('b'), state: 'disabled', enabled: false },
      { ...serverNamed('c', [{}]), state: 'paused', paused: true, cause: 'paused by the operator' },
    ],
  });
}

test('servers shows the state of each server, a line per link where there are several, and what to change', async () => {
  assert.deepEqual(await linesOf('servers', fourServers()), [
    'SERVER    STATE        FOR        BOT     WAITING  PROTOCOL   DELIVERED  RETRIED  UNANSWERED  DROPPED  CALLS',
    '生存服    up           5 s        2 bots  4        websocket  12         0        0           3        7      link of bot 10002: connection refused: nothing listens there',
    '          up           5 s        10001   0',
    '          unreachable  1 min 5 s  10002   4                                                                   connection refused: nothing listens there; next try in 2 s',
    'creative  unreachable  5 s        10001   4        websocket  12         0        0           3        7      connection refused: nothing listens there; next try in 2 s',
    'b         disabled     5 s                0        websocket  12         0        0           3        7',
    'c         paused       5 s        all     0        websocket  12         0        0           3        7      paused by the operator',
    '-> 生存服: start it, or correct its host and port',
    '-> creative: start it, or correct its host and port',
  ]);
});

for (const columns of [80, 50]) {
  test(`at ${columns} columns the state, what waits and the reason of a server are all there`, async () => {
    const lines = await linesOf('servers', fourServers(), columns);
    for (const line of lines) assert.ok(textWidth(line) <= columns, line);
    assert.match(lines[0] ?? '', /^SERVER +STATE.* WAITING/);
    const at = lines.findIndex((line) => line.startsWith('creative'));
    assert.match(lines[at] ?? '', /^creative +unreachable .*\b4\b/);
    assert.ok(lines.some((line) => /^ {2}\/ 10002 +unreachable .*\b4\b/.test(line)));
    const shown = lines.join(' ').replace(/ +/g, ' ');
    assert.match(shown, /connection refused: nothing listens there; next try in 2 s/);
    assert.match(shown, /-> creative: start it, or correct its host and port/);
  });
}

test('debug thread lists the OS threads, the event loop and every worker', async () => {
  const bridge = new FakeBridge();
  bridge.workerList = [
    { name: 'port', state: 'listening', since: Date.now() - 61_500 },
    { name: 'server survival / 10001', state: 'waiting', since: Date.now() - 500, detail: 'refused' },
  ];
  const lines = await linesOf('debug thread', bridge);
  assert.match(lines[0] ?? '', /^OS THREAD/);
  if (process.platform === 'linux')
    assert.match(lines[1] ?? '', new RegExp(`^${process.pid} +\\S+ \\(main\\) +[A-Z] +\\d+\\.\\d\\d s$`));
  for (const part of [/^event loop lag: [\d.]+ ms median/, /^memory: [\d.]+ MiB in all/]) {
    assert.ok(lines.some((line) => part.test(line)));
  }
  assert.deepEqual(lines.slice(-3), [
    'WORKER                   STATE      FOR',
    'port                     listening  1 min 1 s',
    'server survival / 10001  waiting    0 s        refused',
  ]);
});

test('at 50 columns debug thread names each link, and no line is cut', async () => {
  const bridge = new FakeBridge();
  const name = 'a-server-with-quite-a-long-name';
  const worker = { state: 'up', since: Date.now() } as const;
  bridge.workerList = [`server ${name}`, `server ${name} / 10001`, `server ${name} / 10002`].map((each) => ({
    name: each,
    ...worker,
  }));
  const lines = await linesOf('debug thread', bridge, 50);
  for (const line of lines) assert.ok(textWidth(line) <= 50, line);
  assert.deepEqual(
    lines.slice(-3).map((line) => line.split(/ {2,}(?=up)/)[0]),
    [`server ${name}`, '  / 10001', '  / 10002'],
  );
});

test('version names the bridge and its Node', async () => {
  assert.match((await linesOf('version')).join(), /^QQBridge 1\.2\.3, Node v\d+/);
});

test('pause and resume are carried out, and a server that went meanwhile is said', async () => {
  const bridge = new FakeBridge({ servers: [serverNamed('survival')] });
  assert.deepEqual(await linesOf('pause survival', bridge), [
    'survival is paused: its events wait, as long as max_age lets them.',
  ]);
  assert.deepEqual(await linesOf('resume survival', bridge), ['survival gets its events again.']);
  assert.deepEqual(bridge.told, ['pause survival', 'resume survival']);
  bridge.pause = () => false;
  bridge.resume = () => false;
  bridge.reconnect = () => false;
  bridge.retryDead = async () => undefined;
  for (const line of ['pause survival', 'resume survival', 'reconnect survival', 'dead retry survival']) {
    const lines = ['There is no server survival any more.'];
    assert.deepEqual(await run(line, bridge), { kind: 'failed', lines }, line);
  }
});

const COMPLETIONS: readonly (readonly [line: string, candidates: readonly string[]])[] = [
  ['st', ['status', 'stop']],
  ['de', ['dead ', 'dead retry ', 'dead drop ', 'debug on', 'debug off', 'debug thread']],
  ['debug o', ['debug on', 'debug off']],
  ['reco', ['reconnect ']],
  ['reconnect s', ['survival', 'skyblock one']],
  ['reconnect skyblock ', ['skyblock one']],
  ['pau', ['pause ']],
  ['pause l', ['lobby']],
  ['tail ', ['survival', 'skyblock one', 'lobby']],
  ['dead ', ['retry ', 'drop ', 'survival', 'skyblock one', 'lobby', 'removed']],
  ['dead r', ['retry ', 'removed']],
  ['dead retry ', ['survival', 'skyblock one', 'lobby']],
  ['DEAD drop re', ['removed']],
  ['help sta', ['status']],
  ['xyz', []],
];

for (const [line, candidates] of COMPLETIONS) {
  test(`"${line}" can become ${candidates.join(', ') || 'nothing'}`, () => {
    const bridge = new FakeBridge({ servers: ['survival', 'skyblock one', 'lobby'].map((name) => serverNamed(name)) });
    bridge.letters.push(letterOf('removed'), letterOf('lobby'));
    assert.deepEqual(completeCommand(line, bridge)[0], candidates);
  });
}
