import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallDesk } from '../../src/calls/call-desk.ts';
import { QuickOperations } from '../../src/calls/quick-operations.ts';
import type { CallSession } from '../../src/calls/types.ts';
import { type OneBotEvent, readBotFrame } from '../../src/onebot/bot-frame.ts';
import { silentLogger } from '../../src/support/logger.ts';

const REPLY = Buffer.from('{"reply":"hi"}');

function event(postType = 'message'): OneBotEvent {
  const frame = readBotFrame(Buffer.from(`{"post_type":"${postType}","self_id":10001}`));
  return frame.kind === 'event' ? frame.event : assert.fail();
}

function setUp(session?: CallSession) {
  const bots = { callSession: () => session, knows: () => true };
  const desk = new CallDesk(bots, silentLogger);
  return { desk, quick: new QuickOperations({ bots, desk, logger: silentLogger }) };
}

test('the first operation goes into the answer to the report, later ones do not', async () => {
  const { quick } = setUp();
  const message = event();
  const answer = quick.during(message, async () => {
    quick.posting(message);
    quick.posting(message);
    quick.posted('a', message, undefined);
    quick.posted('b', message, REPLY);
  });
  assert.equal(await answer, REPLY);
});

test('a report is answered as soon as every post of its event is over', async () => {
  const { quick } = setUp();
  const message = event();
  const answer = quick.during(message, async () => {
    quick.posting(message);
    quick.posting(message);
  });
  quick.posted('a', message, undefined);
  quick.posted('b', message, undefined);
  assert.equal(await answer, undefined);
});

test('nothing is waited for when no post is under way, or the event takes no operation', async () => {
  const { quick } = setUp();
  assert.equal(await quick.during(event(), async () => {}), undefined);
  const notice = event('notice');
  assert.equal(await quick.during(notice, async () => quick.posting(notice)), undefined);
});

test('a report is held back for 4 s at most', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { quick } = setUp();
  const message = event();
  const answer = quick.during(message, async () => quick.posting(message));
  await new Promise((resolve) => setImmediate(resolve));
  t.mock.timers.tick(4_000);
  assert.equal(await answer, undefined);
  quick.posted('a', message, REPLY);
});

test('a bot that takes calls gets every operation as .handle_quick_operation', async () => {
  const sent: string[] = [];
  const { quick, desk } = setUp({ selfId: '10001', send: (frame) => sent.push(String(frame)) > 0 });
  const message = event();
  quick.posting(message);
  quick.posted('a', message, REPLY);
  quick.posted('b', message, REPLY);
  assert.equal(sent.length, 2);
  const call = JSON.parse(sent[0] ?? '');
  assert.equal(call.action, '.handle_quick_operation');
  assert.deepEqual(call.params, { context: { post_type: 'message', self_id: 10001 }, operation: { reply: 'hi' } });
  desk.close();
});

test('an event that could not be appended leaves nobody waiting', async () => {
  const { quick } = setUp();
  await assert.rejects(
    quick.during(event(), () => Promise.reject(new Error('full'))),
    /full/,
  );
});
