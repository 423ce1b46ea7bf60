import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LoginCodes } from '../../../src/operator/admin/login-codes.ts';
import { Sessions, sessionCookie, sessionIn } from '../../../src/operator/admin/sessions.ts';

const NOW = 1_700_000_000_000;
const DAY_MS = 24 * 3_600_000;

test('a session holds for seven days, also after a restart, and with that token alone', () => {
  const cookie = new Sessions('the token').begin(NOW);
  const restarted = new Sessions('the token');
  assert.equal(restarted.holds(cookie, NOW + 7 * DAY_MS - 1), true);
  assert.equal(restarted.holds(cookie, NOW + 7 * DAY_MS), false);
  assert.equal(new Sessions('another token').holds(cookie, NOW), false);
});

test('no part of a session can be changed', () => {
  const sessions = new Sessions('the token');
  const [until = '', nonce = '', signature = ''] = sessions.begin(NOW).split('.');
  for (const forged of [
    `${Number(until) + 1}.${nonce}.${signature}`,
    `${until}.${nonce.toUpperCase()}.${signature}`,
    `${until}.${nonce}.${signature.slice(1)}A`,
    `${until}.${nonce}`,
    '..',
    '',
  ]) {
    assert.equal(sessions.holds(forged, NOW), forged === `${until}.${nonce}.${signature}`, forged);
  }
});

test('a session that was ended holds no longer, others do', () => {
  const sessions = new Sessions('the token');
  const [one, other] = [sessions.begin(NOW), sessions.begin(NOW)];
  sessions.end(one, NOW);
  assert.deepEqual([sessions.holds(one, NOW), sessions.holds(other, NOW)], [false, true]);
});

test('the cookie is for this listener alone, out of reach of scripts and other sites', () => {
  const set = sessionCookie('value', { port: 5780, isSecure: false });
  assert.equal(set, 'qqbridge_5780=value; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict');
  assert.match(sessionCookie('value', { port: 5780, isSecure: true }), /; Secure$/);
  assert.match(sessionCookie(undefined, { port: 5780, isSecure: false }), /^qqbridge_5780=; .*Max-Age=0;/);
  assert.equal(sessionIn('a=b; qqbridge_5780=value; qqbridge_5781=other', 5780), 'value');
  assert.equal(sessionIn('xqqbridge_5780=value', 5780), undefined);
});

test('the code of a login link is good once, for two minutes, and eight at most', () => {
  const codes = new LoginCodes();
  const code = codes.issue(0);
  assert.equal(codes.redeem(`${code}x`, 0), false);
  assert.deepEqual([codes.redeem(code, 119_999), codes.redeem(code, 119_999)], [true, false]);
  assert.equal(codes.redeem(codes.issue(0), 120_000), false);
  const many = Array.from({ length: 9 }, () => codes.issue(0));
  assert.deepEqual(
    many.map((each) => codes.redeem(each, 1)),
    [false, ...Array.from({ length: 8 }, () => true)],
  );
});
