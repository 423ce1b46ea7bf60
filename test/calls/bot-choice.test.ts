import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseBot } from '../../src/calls/bot-choice.ts';
import { readCallFrame } from '../../src/onebot/call-frame.ts';
import { directoryOf, Link } from './desk-fakes.ts';

interface World {
  readonly online?: readonly string[];
  /** Bots that have been there in this run. */
  readonly seen?: readonly string[];
  readonly known?: readonly string[];
  /** What the caller sees. */
  readonly bots?: readonly string[];
}

/** The bot that a call with those members is for, or the retcode. */
function chosen(members: string, { online = [], seen = online, known = seen, bots }: World): string | number {
  const frame = readCallFrame(Buffer.from(`{"action":"get_status"${members}}`));
  if (frame.kind !== 'call') assert.fail();
  const who = { online: () => online, seen: () => seen, known: () => known };
  const directory = directoryOf(() => undefined, who);
  const choice = chooseBot(frame.call, new Link('a', bots === undefined ? {} : { bots }), directory);
  return choice.kind === 'bot' ? choice.selfId : choice.retcode;
}

const TWO = { online: ['1', '2'] };

test('self_id in the call or its params says it, with all its digits', () => {
  assert.equal(chosen(',"self_id":2', TWO), '2');
  assert.equal(chosen(',"params":{"self_id":"2"}', TWO), '2');
  assert.equal(chosen(',"self_id":1,"params":{"self_id":2}', TWO), '1');
  assert.equal(chosen(',"params":{"self_id":9007199254740993}', TWO), '9007199254740993');
});

test('nobody makes two parsers read different ids', () => {
  assert.equal(chosen(',"self_id":1,"self_id":2', TWO), 1400);
  assert.equal(chosen(',"params":{"self_id":1,"s\\u0065lf_id":2}', TWO), 1400);
});

test('without one it is the only bot that the caller sees', () => {
  assert.equal(chosen('', { online: ['1'] }), '1');
  assert.equal(chosen(',"params":{"self_id":null}', { online: ['1'] }), '1');
  assert.equal(chosen('', { ...TWO, bots: ['2', '3'] }), '2');
  assert.equal(chosen('', TWO), 1404);
  assert.equal(chosen('', { online: [] }), 1404);
});

test('a bot that is away is meant where it is the only one that has been there, or the only one that is known', () => {
  assert.equal(chosen('', { seen: ['1'] }), '1');
  assert.equal(chosen('', { seen: ['1', '2'] }), 1404);
  assert.equal(chosen('', { online: ['2'], seen: ['1', '2'] }), '2');
  assert.equal(chosen('', { known: ['1'] }), '1');
  assert.equal(chosen('', { known: ['1', '2'] }), 1404);
  assert.equal(chosen('', { seen: ['2'], known: ['1', '2', '3'] }), '2');
  assert.equal(chosen('', { seen: ['2'], known: ['1', '2'], bots: ['1'] }), '1');
});
