import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readBotFrame, withCallerEcho } from '../../src/onebot/bot-frame.ts';
import { readCallFrame, withBridgeEcho } from '../../src/onebot/call-frame.ts';
import { EventTag } from '../../src/onebot/event-tag.ts';
import { JUNK_TEXTS, WRONG_VALUES } from '../support/junk.ts';

/** A name as it is, or with its first letter in an escape. */
const spelt = (name: string, isEscaped: boolean): string =>
  isEscaped ? `"\\u00${name.charCodeAt(0).toString(16)}${name.slice(1)}"` : `"${name}"`;

/** JSON objects of members that frames have, in any order and number, spelt and spaced in any way. */
function objectsOf(names: readonly string[], values: readonly string[]): fc.Arbitrary<string> {
  const blank = fc.constantFrom('', '', ' ', '\n', '\t\r ');
  const name = fc.tuple(fc.constantFrom(...names), fc.integer({ min: 0, max: 9 }));
  const value = fc.oneof(fc.constantFrom(...values), fc.constantFrom(...WRONG_VALUES), fc.json());
  const member = fc
    .tuple(blank, name, blank, value)
    .map(([before, [key, dice], between, text]) => `${before}${spelt(key, dice === 0)}${between}:${text}${between}`);
  return fc.array(member, { maxLength: 7 }).map((members) => `{${members.join(',')}}`);
}

const parse = (bytes: Buffer): Record<string, unknown> => JSON.parse(bytes.toString());

const BOT_FRAME = fc.oneof(
  {
    weight: 9,
    arbitrary: objectsOf(
      ['post_type', 'self_id', 'meta_event_type', 'server', 'echo', 'status', 'retcode', 'data', 'message'],
      ['"message"', '"meta_event"', '"heartbeat"', '10001', '"10001"', '"ok"', '"qqbridge-1"'],
    ),
  },
  { weight: 1, arbitrary: fc.constantFrom(...JUNK_TEXTS) },
);

test('whatever a bot sends is an event that its tag alone changes, an answer that its echo alone changes, or unsound', () => {
  const tag = new EventTag('a"b');
  fc.assert(
    fc.property(BOT_FRAME, fc.constantFrom(undefined, '10001'), (text, selfId) => {
      const frame = readBotFrame(Buffer.from(text), selfId);
      if (frame.kind === 'unsound') return;
      const { echo: _, ...rest } = parse(Buffer.from(text));
      if (frame.kind === 'answer') {
        assert.deepEqual(parse(withCallerEcho(frame.answer, undefined)), rest);
        const echoed = withCallerEcho(frame.answer, Buffer.from('{"seq":1.0}'));
        assert.deepEqual(parse(echoed), { ...rest, echo: { seq: 1 } });
        assert.ok(echoed.includes('{"seq":1.0}'));
        return;
      }
      assert.equal(frame.event.bytes.toString(), text);
      assert.ok(frame.event.selfId === selfId || text.includes(frame.event.selfId));
      const tagged = tag.apply(frame.event);
      assert.deepEqual(parse(tagged), { ...parse(Buffer.from(text)), server: 'a"b' });
      assert.ok(tagged.toString().endsWith(',"server":"a\\"b"}'));
    }),
    { numRuns: 3_000 },
  );
});

test('whatever an application sends is a call that the echo of the bridge alone changes, or none', () => {
  const anything = fc.oneof(
    {
      weight: 9,
      arbitrary: objectsOf(['action', 'params', 'echo', 'self_id', 'post_type', 'status', 'a'], ['"send_msg"', '{}']),
    },
    { weight: 1, arbitrary: fc.constantFrom(...JUNK_TEXTS) },
  );
  fc.assert(
    fc.property(anything, (text) => {
      const read = readCallFrame(Buffer.from(text));
      if (read.kind !== 'call') return;
      const sent = withBridgeEcho(read.call, 'mine').toString();
      const expected = parse(Buffer.from(text));
      assert.deepEqual(JSON.parse(sent), { ...expected, echo: 'mine' });
      assert.equal(read.call.action, expected['action']);
      assert.equal(read.call.echo === undefined, !('echo' in expected));
    }),
    { numRuns: 3_000 },
  );
});
