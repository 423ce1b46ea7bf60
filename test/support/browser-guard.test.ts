import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type BrowserGuardOptions, type BrowserHeaders, guardBrowser } from '../../src/support/browser-guard.ts';

type Row = readonly [name: string, headers: BrowserHeaders, expected: 'allowed' | 'refused'];

const PAGES: readonly Row[] = [
  ['a program without browser headers', {}, 'allowed'],
  ['an address typed by hand', { 'sec-fetch-site': 'none' }, 'allowed'],
  ['an allowed origin', { origin: 'https://good.example' }, 'allowed'],
  ['an allowed origin in capitals', { origin: 'HTTPS://Good.Example' }, 'allowed'],
  [
    'an allowed origin from another site',
    { origin: 'https://good.example', 'sec-fetch-site': 'cross-site' },
    'allowed',
  ],
  ['a foreign origin', { origin: 'https://evil.example' }, 'refused'],
  ['an origin that only begins like an allowed one', { origin: 'https://good.example.evil.example' }, 'refused'],
  ['the origin null, even where it is listed', { origin: 'null' }, 'refused'],
  ['an empty origin', { origin: '' }, 'refused'],
  ['two origins', { origin: 'https://good.example, https://evil.example' }, 'refused'],
  ['an image on another site', { 'sec-fetch-site': 'cross-site' }, 'refused'],
  ['an image on a sister site', { 'sec-fetch-site': 'same-site' }, 'refused'],
  ['an unknown Sec-Fetch-Site', { 'sec-fetch-site': 'whatever' }, 'refused'],
  ['a page of the listener itself', { origin: 'http://a:1', host: 'a:1', 'sec-fetch-site': 'same-origin' }, 'refused'],
];

for (const [name, headers, expected] of PAGES) {
  test(`${name} is ${expected} at the port`, () => {
    const allowedOrigins = ['https://good.example', 'null'];
    assert.equal(guardBrowser(headers, { allowedOrigins }).kind, expected);
  });
}

const OWN_PAGES: readonly Row[] = [
  ['its own page', { origin: 'http://a:1', host: 'A:1', 'sec-fetch-site': 'same-origin' }, 'allowed'],
  ['its own page without Origin', { host: 'a:1', 'sec-fetch-site': 'same-origin' }, 'allowed'],
  ['its own page behind TLS', { origin: 'https://a', host: 'a' }, 'allowed'],
  ['a page on another port', { origin: 'http://a:2', host: 'a:1', 'sec-fetch-site': 'same-site' }, 'refused'],
  ['a page when Host is missing', { origin: 'http://a:1' }, 'refused'],
  ['a frame without an origin', { origin: 'null', host: 'null' }, 'refused'],
];

for (const [name, headers, expected] of OWN_PAGES) {
  test(`${name} is ${expected} at a listener with pages`, () => {
    assert.equal(guardBrowser(headers, { allowedOrigins: [], ownPages: true }).kind, expected);
  });
}

const HOSTS: readonly (readonly [host: string, configuredHost: string, expected: 'allowed' | 'refused'])[] = [
  ['localhost', '127.0.0.1', 'allowed'],
  ['LOCALHOST:5700', '127.0.0.1', 'allowed'],
  ['localhost.:5700', '127.0.0.1', 'allowed'],
  ['bridge.localhost', '127.0.0.1', 'allowed'],
  ['127.9.9.9:80', '127.0.0.1', 'allowed'],
  ['[::1]:5700', '127.0.0.1', 'allowed'],
  ['::1', '127.0.0.1', 'allowed'],
  ['[::ffff:127.0.0.1]', '127.0.0.1', 'allowed'],
  ['', '127.0.0.1', 'allowed'],
  ['evil.example', '127.0.0.1', 'refused'],
  ['127.0.0.1.evil.example', '127.0.0.1', 'refused'],
  ['localhost.evil.example:5700', '127.0.0.1', 'refused'],
  ['evil.example/.localhost', '127.0.0.1', 'refused'],
  ['192.168.1.9', '127.0.0.1', 'refused'],
  ['napcat', '127.0.0.1', 'refused'],
  ['192.168.1.9:5700', '192.168.1.9', 'allowed'],
  ['192.168.1.8:5700', '192.168.1.9', 'refused'],
  ['Bridge.Home.:5700', 'bridge.home', 'allowed'],
  ['[fd00::1]:5700', 'fd00::1', 'allowed'],
  ['192.168.1.8:5700', '0.0.0.0', 'allowed'],
  ['[fd00::1]:5700', '::', 'allowed'],
  ['qq_bridge-1:5700', '', 'allowed'],
  ['bridge.home', '0.0.0.0', 'refused'],
  ['evil.example.', '::', 'refused'],
  ['evil@localhost', '::', 'refused'],
  ['[evil.example]:80', '::', 'refused'],
];

for (const [host, configuredHost, expected] of HOSTS) {
  test(`the Host "${host}" is ${expected} where "${configuredHost}" is configured`, () => {
    const options: BrowserGuardOptions = { allowedOrigins: [], hostCheck: { configuredHost } };
    assert.equal(guardBrowser({ host }, options).kind, expected);
  });
}

test('a missing Host is allowed: no browser leaves it out', () => {
  assert.equal(guardBrowser({}, { allowedOrigins: [], hostCheck: { configuredHost: '127.0.0.1' } }).kind, 'allowed');
});

test('any Host is allowed where a token protects the listener', () => {
  assert.equal(guardBrowser({ host: 'bridge.example' }, { allowedOrigins: [] }).kind, 'allowed');
});
