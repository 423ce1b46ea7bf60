import assert from 'node:assert/strict';
import { test } from 'node:test';
import { certificateFile, certificateText, identity } from '../support/certificates.ts';
import { faultsOf, sound, warningsOf } from './read.ts';

const { cert, key } = identity('first');
const tls = (one: string, other: string) => `tls: {cert: ${one}, key: ${other}}`;

test('the files are read, so that a renewed one is a change', () => {
  const config = sound(tls(cert, key));
  assert.deepEqual(config.port.tls, { cert: certificateText('first.pem'), key: certificateText('first.key') });
});

test('files that are missing, no PEM, or of different pairs are faults', () => {
  const cases: readonly (readonly [string, ...RegExp[]])[] = [
    [
      tls('/nowhere/cert.pem', key),
      /^config\.yml:1: tls\.cert: found "\/nowhere\/cert\.pem", expected a file with a certificate in PEM.*there is no such file\)$/,
    ],
    [tls(cert, '/nowhere/key.pem'), /tls\.key: .*there is no such file/],
    [tls(cert, '/'), /tls\.key: .*it is a folder/],
    [tls(cert, identity('renewed').key), /tls\.key: .*it does not belong to the certificate/],
    [tls(import.meta.filename, key), /tls\.cert: .*none is in it/],
    [tls(key, key), /tls\.cert: .*none is in it/],
    [`tls: {cert: ${cert}}`, /tls\.key: found nothing/],
    [
      'server_list: {a: {url: "wss://x", tls: {ca: /nowhere/ca.pem}}}',
      /server_list\.a\.tls\.ca: .*there is no such file/,
    ],
    [`bots: {a: {url: "wss://x", tls: {ca: ${key}}}}`, /bots\.a\.tls\.ca: .*none is in it/],
  ];
  for (const [text, ...patterns] of cases) {
    const faults = faultsOf(text);
    assert.equal(faults.length, patterns.length, faults.join('\n'));
    for (const [index, pattern] of patterns.entries()) assert.match(faults[index] ?? '', pattern);
  }
});

test('tls is for addresses with TLS, and verify: false is warned of', () => {
  assert.match(
    faultsOf('server_list: {a: {port: 1, tls: {verify: false}}}').join(),
    /tls without an address that begins with wss/,
  );
  assert.match(faultsOf('bots: {a: {url: "ws://x", tls: {}}}').join(), /bots\.a\.tls: found tls without an address/);
  assert.match(faultsOf('server_list: {a: {protocol: listen, tls: {}}}').join(), /found tls on a listen server/);
  const warnings = warningsOf('server_list: {a: {url: "wss://x", tls: {verify: false}}}').join('\n');
  assert.match(warnings, /server_list\.a\.tls\.verify: is false: whoever sits in between/);
  const config = sound(`server_list: {a: {url: "wss://x", tls: {ca: ${certificateFile('authority.pem')}}}}`);
  const server = config.servers.get('a');
  assert.deepEqual(server !== undefined && 'tls' in server && server.tls, {
    verify: true,
    ca: certificateText('authority.pem'),
  });
});
