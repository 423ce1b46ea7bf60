import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultsOf, read } from './read.ts';

const server = (entry: string) => `server_list: {a: {${entry}}}`;

/** Each text and the fault lines it gives, all of them. */
const CASES: readonly (readonly [string, ...RegExp[]])[] = [
  // What stood still or died in QQBridge.py.
  ['- a\n- b', /^config\.yml:1: found a list, expected a map of keys/],
  ['just text', /^config\.yml:1: found text, expected a map of keys/],
  ['port: 1\nserver_list:', /^config\.yml:2: server_list: found nothing, expected a map of servers by name/],
  ['server_list:\n  a:\n    host: x', /^config\.yml:2: server_list\.a\.port: found nothing, expected a port number/],
  ['server_list:\n  a:', /^config\.yml:2: server_list\.a: found nothing, expected a map such as/],
  [
    'server_list:\n  host: x\n  port: 1',
    /:2: server_list\.host: found text, expected a map such/,
    /:3: server_list\.port: found text/,
  ],
  ['port: 5800server_list:\n  a: 1', /^config\.yml:1: found broken YAML/],
  // Broken YAML.
  ['a:\n\tb: 1', /^config\.yml:2: found a tab \(U\+0009\), expected spaces before the key/],
  [
    'port: 1\nhost: "x',
    /^config\.yml:2: found broken YAML \(unexpected end of the stream within a double quoted scalar\)/,
  ],
  ['port: 1\n---\nport: 2', /^config\.yml:3: found a second YAML document/],
  ['port: 1\nhost: ::1\nport: 2', /^config\.yml:3: port: found the key again after line 1, expected it once/],
  ['? [a]\n: 1', /^config\.yml:1: found a key that is no plain text/, /:1: "": found an unknown key/],
  ['server_list: {__proto__: {port: 1}}', /^config\.yml:1: server_list: found a key that is no plain text/],
  ['host: *x', /^config\.yml:1: host: found an alias \(\*\.\.\.\) without an anchor/],
  ['a: &a [*a]', /:1: a\[0\]: found an alias/, /:1: a: found an unknown key/],
  ['<<: 5', /^config\.yml:1: "<<": found something else than a map/],
  // Wrong types and values.
  ['websocket: maybe', /^config\.yml:1: websocket: found "maybe", expected true or false/],
  ['websocket: 1', /websocket: found "1", expected true or false/],
  ['port: abc', /port: found "abc", expected a port number from 0 to 65535$/],
  ['port: 65536', /port: found "65536"/],
  ['port: -1', /port: found "-1"/],
  ['port: 57.0', /port: found "57.0"/],
  ['port: [1]', /port: found a list/],
  ['port: {a: 1}', /port: found a map/],
  ['port:', /port: found nothing/],
  ['host: 127.0.0.1:5700', /host: found "127.0.0.1:5700", expected an IP address or host name without a port/],
  ['host: 999.1.1.1', /host: found "999.1.1.1"/],
  ['max_payload: 64MB', /max_payload: found "64MB", expected a size such as 64KiB/],
  ['max_payload: 2GiB', /max_payload: found "2GiB"/],
  ['allowed_origins: example.org', /allowed_origins: found "example.org", expected the origin of a web page/],
  [
    'allowed_origins: [a, "http://x/y"]',
    /allowed_origins\[0\]: found "a"/,
    /allowed_origins\[1\]: found "http:\/\/x\/y"/,
  ],
  [
    'log: {level: loud, keep: many, json: 2}',
    /log\.level: found "loud", expected error, warn, info or debug/,
    /log\.json/,
    /log\.keep/,
  ],
  ['log: []', /log: found a list, expected a map such as \{level: info\}/],
  [
    'admin: {port: 70000, token: a b}',
    /admin\.port: found "70000"/,
    /admin\.token: found a secret that is not shown here/,
  ],
  ['data: ""', /data: found "", expected a path/],
  ['access_token: ""', /access_token: found a secret that is not shown here, expected visible ASCII/],
  [server('port: 0'), /server_list\.a\.port: found "0", expected a port number from 1 to 65535/],
  [server('port: 1, path: "/a b"'), /server_list\.a\.path: found "\/a b", expected a path .* holds no blank \(%20/],
  [server('port: 1, path: ws'), /server_list\.a\.path: found "ws", expected a path that starts with "\/"/],
  [server('port: 1, protocol: tcp'), /server_list\.a\.protocol: found "tcp", expected websocket, http or listen/],
  [server('port: 1, bots: [1, x]'), /server_list\.a\.bots\[1\]: found "x", expected the number of a bot account/],
  [server('port: 1, bots: x'), /server_list\.a\.bots: found "x", expected the number of a bot account/],
  [server('port: 1, bots: {a: 1}'), /server_list\.a\.bots: found a map, expected a bot id or a list/],
  [server('port: 1, call_timeout: 5'), /call_timeout: found "5", expected a duration such as 500ms, 5s, 5m or 1h/],
  [server('port: 1, call_timeout: 0s'), /call_timeout: found "0s"/],
  [server('port: 1, queue: 5m'), /a\.queue: found text, expected a map such as \{max_age: 5m\}/],
  [
    server('port: 1, queue: {max_age: 5, max_events: 0, max_bytes: 1023}'),
    /a\.queue\.max_age: found "5", expected 0 or a duration such as 500ms, 5s, 5m or 24h, up to 720h$/,
    /a\.queue\.max_events: found "0", expected a whole number from 1 to 1000000$/,
    /a\.queue\.max_bytes: found "1023", expected a size such as 64KiB/,
  ],
  [server('port: 1, queue: {max_age: 721h}'), /a\.queue\.max_age: found "721h"/],
  [server('port: 1, queue: {max_age: -1s}'), /a\.queue\.max_age: found "-1s"/],
  [server('port: 1, queue: {maxage: 5m}'), /a\.queue\.maxage: found an unknown key, expected max_age: did you mean/],
  [
    server('port: 1, delivery: exactly_once'),
    /a\.delivery: found "exactly_once", expected at_least_once or at_most_once$/,
  ],
  [server('url: "ws://u:p@h/"'), /url: found "ws:\/\/\*\*\*@h\/", expected an address/],
  [server('url: "ws://h/#x"'), /url: found "ws:\/\/h\/#x", expected an address/],
  [server('url: "ftp://h/"'), /url: found "ftp:\/\/h\/", expected an address/],
  // Names.
  ...['api', 'event', 'ws', '_events', '""', 'a/b', '"a\\nb"'].map(
    (name) =>
      [`server_list: {${name}: {port: 1}}`, /found a name that no server may have, expected a name without/] as const,
  ),
  // Unknown keys.
  ['hots: x', /^config\.yml:1: hots: found an unknown key, expected host: did you mean that\?$/],
  ['accessToken: x', /accessToken: found an unknown key, expected access_token: did you mean that\?$/],
  ['server-list: {}', /server-list: found an unknown key, expected server_list/],
  ['cluster: {}', /cluster: found an unknown key, expected one of websocket, host, port/],
  [server('port: 1, hearbeat: no'), /server_list\.a\.hearbeat: found an unknown key, expected heartbeat: did/],
  ['log: {lvel: info}', /log\.lvel: found an unknown key, expected level: did/],
  ['language: fr', /language: found "fr", expected en or zh/],
  // Bots that the bridge dials.
  ['bots: {a: {}}', /^config\.yml:1: bots\.a: found neither url nor api_url, expected its forward WebSocket/],
  ['bots: {a: }', /bots\.a: found nothing, expected a map such as \{url: "ws:/],
  [
    'bots: {a: {url: "http://x", api_url: "ws://x"}}',
    /bots\.a\.url: found "http:\/\/x", expected an address that begins with ws:\/\/ or wss:\/\/$/,
    /bots\.a\.api_url: found "ws:\/\/x", expected an address that begins with http:\/\/ or https:\/\/$/,
  ],
  [
    'bots: {a: {url: "ws://127.0.0.1:5700/"}}',
    /bots\.a\.url: found where the bridge itself listens, expected the address/,
  ],
  [
    'bots: {a: {url: "ws://x", self_id: 1}, b: {url: "ws://y", self_id: 1}}',
    /bots\.b\.self_id: found 1, which is a already, expected one entry for each bot$/,
  ],
  ['bots: {a: {url: "ws://x", self_id: me}}', /bots\.a\.self_id: found "me", expected the number of a bot account/],
  // Servers that dial in.
  [
    server('protocol: listen, port: 1, url: "ws://x", secret: y'),
    /server_list\.a\.url: found url on a listen server, expected none: the server dials the bridge$/,
    /server_list\.a\.port: found port on/,
    /server_list\.a\.secret: found secret on/,
  ],
  [
    'server_list: {a: {protocol: listen, access_token: x}, b: {protocol: listen, access_token: x}, c: {port: 1, access_token: x}}',
    /^config\.yml:1: server_list\.b\.access_token: found the token of a, expected a token of its own: it tells who dials in$/,
  ],
  [
    'access_token: x\nserver_list: {a: {protocol: listen}}',
    /^config\.yml:2: server_list\.a\.access_token: found nothing, where nobody is let in without a token, expected an access_token/,
  ],
  // Filters.
  [
    server('port: 1, filter: [a]'),
    /server_list\.a\.filter: found a list, expected a map such as \{group_id: \[123, 456\]\}$/,
  ],
  [server('port: 1, filter:'), /server_list\.a\.filter: found nothing, expected a map such as/],
  [server('port: 1, filter: {any: {a: 1}}'), /server_list\.a\.filter\.any: found a map, expected a list of filters/],
  [
    server('port: 1, filter: {all: [{a: 1}, 2]}'),
    /server_list\.a\.filter\.all\[1\]: found "2", expected a map such as/,
  ],
  [
    server('port: 1, filter: {a: {starts: x}, not: {b: {c: {d: 1}}}}'),
    /server_list\.a\.filter\.a\.starts: found "x", expected under an operator: not, prefix, suffix, contains, regex$/,
    /server_list\.a\.filter\.not\.b\.c: found a map, expected .*/,
  ],
  [server('port: 1, filter: {a: [[1]]}'), /filter\.a: found a list, expected a value or a list of values$/],
  [server('port: 1, filter: {a..b: 1}'), /filter\."a\.\.b": found "1", expected the name of a field, with dots/],
  [
    server('port: 1, filter: {a: {regex: "(x"}, b: {regex: "x(?!y)"}}'),
    /filter\.a\.regex: found "\(x", expected a regular expression in the syntax of RE2 \(.*missing closing \)/,
    /filter\.b\.regex: found ".*", expected a regular expression in the syntax of RE2 \(/,
  ],
  // Keys against each other.
  [
    'host: 0.0.0.0',
    /^config\.yml:1: host: found "0\.0\.0\.0" without an access_token, expected an access_token .*127\.0\.0\.1, or insecure: true$/,
  ],
  ['host: ""', /host: found "" without an access_token/],
  ['host: example.org', /host: found "example.org" without an access_token/],
  ['host: "::"\naccess_token: a b', /^config\.yml:2: access_token: found a secret/],
  [server('url: "ws://h/", host: h, port: 1, path: /x'), /a\.host: found host together with url/, /a\.port/, /a\.path/],
  [server('url: "http://h/"'), /a\.url: found "http:\/\/h\/", expected ws:\/\/ or wss:\/\/ for protocol websocket/],
  [
    server('protocol: http, url: "ws://h/"'),
    /a\.url: found "ws:\/\/h\/", expected http:\/\/ or https:\/\/ for protocol http/,
  ],
  [
    server('port: 1, secret: x, timeout: 5s, concurrency: 2'),
    /a\.secret: found secret on a websocket server, expected it on http servers only/,
    /a\.timeout/,
    /a\.concurrency/,
  ],
  [
    'port: 9\nadmin: {port: 9}',
    /^config\.yml:2: admin\.port: found 9, the port that the bots connect to, expected another port$/,
  ],
  ['port: 9\nadmin: {host: 0.0.0.0, port: 9}', /^config\.yml:2: admin\.port: found 9/],
  [server('port: 5700'), /a\.port: found 127\.0\.0\.1:5700, where the bridge itself listens/],
  [server('host: localhost, port: 5700'), /a\.port: found localhost:5700/],
  [server('url: "ws://127.0.0.1:5700/x"'), /a\.url: found 127\.0\.0\.1:5700/],
  [
    `port: 80\nhost: "::"\naccess_token: x\n${server('protocol: http, url: "http://[::1]/"')}`,
    /:4: server_list\.a\.url: found \[::1\]:80/,
  ],
];

for (const [text, ...expected] of CASES) {
  test(`faults of ${JSON.stringify(text)}`, () => {
    const faults = faultsOf(text);
    assert.equal(faults.length, expected.length, faults.join('\n'));
    for (const [index, pattern] of expected.entries()) assert.match(faults[index] ?? '', pattern);
  });
}

test('ports that are surely different are no fault', () => {
  for (const text of [
    'port: 5780\nadmin: {enabled: no}',
    'port: 9\nadmin: {host: 127.0.0.2, port: 9}',
    'port: 0\nadmin: {port: 0}',
    server('host: 10.0.0.1, port: 5700'),
  ]) {
    assert.deepEqual(faultsOf(text), []);
  }
});

test('all faults of a file are found at once, each with its line', () => {
  const faults = faultsOf(`websokcet: true
host: 0.0.0.0
port: seventy
server_list:
  api:
    port: 1
  a:
    port: 99999
    timeout: 5s
    bots: [1, two]
  b:
    url: http://h/
    path: /x
log:
  level: loud
`);
  assert.deepEqual(
    faults.map((line) => line.split(':').slice(1, 3).join(':')),
    [
      '1: websokcet',
      '2: host',
      '3: port',
      '5: server_list.api',
      '8: server_list.a.port',
      '9: server_list.a.timeout',
      '10: server_list.a.bots[1]',
      '12: server_list.b.url',
      '13: server_list.b.path',
      '15: log.level',
    ],
  );
});

test('no fault or warning shows a secret', () => {
  const texts = [
    'access_token: hunter2 x',
    'acess_token: hunter2',
    'access_token: [hunter2]',
    'access_token: *hunter2',
    'access_token: !hunter2',
    'access_token: !hunter2!x y',
    'access_token: @hunter2',
    'access_token: %hunter2',
    'access_token: "hunter2',
    'access_token: hunter2: 1',
    'access_token: {a: hunter2}',
    'access_token:hunter2',
    'admin:\n  token:hunter2',
    'secret: &a\n  - hunter2',
    'admin: {token: hunter2 x}',
    server('port: 1, access_token: hunter2 x'),
    server('port: 1, secret: hunter2'),
    server('url: "ws://me:hunter2@h/"'),
    server('url: "http://h/?access_token=hunter2"'),
    server('port: 1, path: "/x?access_token=hunter2#"'),
  ];
  for (const text of texts) {
    const outcome = read(text, { QQBRIDGE_ADMIN_TOKEN: 'hunter2 x' });
    assert.equal(outcome.kind, 'faulty', text);
    assert.doesNotMatch(JSON.stringify(outcome), /hunter2/, text);
    assert.doesNotMatch(faultsOf(text).join('\n'), /hunter2/, text);
  }
});

test('found text and names can neither forge nor colour a line', () => {
  const [fault = ''] = faultsOf('port: "1\\n\\e[31m\\u202e"');
  assert.doesNotMatch(fault, /[\p{Cc}\p{Bidi_Control}]/u);
  for (const text of ['"a\\nb\\e[31m\\u202e": 1', '"\\x7f\\u0085": 1']) {
    assert.doesNotMatch(faultsOf(text).join(''), /[\p{Cc}\p{Bidi_Control}]/u);
  }
});

test('anchors that multiply are a fault, not a full memory', () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 12; level += 1) lines.push(`a${level}: &a${level} [${Array(10).fill(`*a${level - 1}`)}]`);
  assert.match(faultsOf(lines.join('\n')).join('\n'), /broken YAML \(more than 100000 values/);
});
