import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { EndedSessions } from '../../../src/operator/admin/ended-sessions.ts';
import { LoginCodes } from '../../../src/operator/admin/login-codes.ts';
import { Sessions, sessionCookie, sessionIn } from '../../../src/operator/admin/sessions.ts';
import { silentLogger } from '../../../src/support/logger.ts';
import { tempHome } from '../../support/temp-home.ts';

const NOW = 1_700_000_000_000;
const DAY_MS = 24 * 3_600_000;

/** Sessions whose data folder does not exist, so nothing is kept. */
function sessionsOf(token: string, file = '/dev/null/no-folder'): Sessions {
  return new Sessions(token, new EndedSessions(file, silentLogger));
}

test('a logout outlives a restart; the file holds no cookie and is for its owner alone', async (t) => {
  const { dir } = await tempHome(t);
  const file = join(dir, 'data', 'ended-sessions');
  const sessions = sessionsOf('the token', file);
  const [one, other] = [sessions.begin(NOW), sessions.begin(NOW)];
  sessions.end(one, NOW);
  const restarted = sessionsOf('the token', file);
  assert.deepEqual([restarted.holds(one, NOW), restarted.holds(other, NOW)], [false, true]);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.ok(!readFileSync(file, 'utf8').includes(one.slice(0, 40)));
});

test('when too many have logged out all sessions of before end, and none comes back', async (t) => {
  const { dir } = await tempHome(t);
  const sessions = sessionsOf('the token', join(dir, 'ended-sessions'));
  const first = sessions.begin(NOW);
  sessions.end(first, NOW);
  for (let n = 0; n < 1_000; n += 1) sessions.end(sessions.begin(NOW), NOW + 1);
  const [kept, later] = [sessions.begin(NOW), sessions.begin(NOW + 1)];
  assert.deepEqual(
    [first, kept, later].map((cookie) => sessions.holds(cookie, NOW + 2)),
    [false, false, true],
  );
});

test('a session holds for seven days, also after a restart, and with that token alone', () => {
  const cookie = sessionsOf('the token').begin(NOW);
  const restarted = sessionsOf('the token');
  assert.equal(restarted.holds(cookie, NOW + 7 * DAY_MS - 1), true);
  assert.equal(restarted.holds(cookie, NOW + 7 * DAY_MS), false);
  assert.equal(sessionsOf('another token').holds(cookie, NOW), false);
});

test('no part of a session can be changed', () => {
  const sessions = sessionsOf('the token');
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
  const sessions = sessionsOf('the token');
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

test('a session that was begun while the clock stood far ahead ends when the clock is set right', () => {
  const sessions = sessionsOf('the token');
  const cookie = sessions.begin(NOW + 70 * 365 * DAY_MS);
  assert.equal(sessions.holds(cookie, NOW), false);
  assert.equal(sessions.holds(sessions.begin(NOW + 3_600_000), NOW), true, 'an hour is no fault');
});
