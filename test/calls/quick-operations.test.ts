import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallDesk } from '../../src/calls/call-desk.ts';
import { type OperatingServer, QuickOperations } from '../../src/calls/quick-operations.ts';
import type { CallSession } from '../../src/calls/types.ts';
import type { ActionsConfig } from '../../src/config/types.ts';
import { type OneBotEvent, readBotFrame } from '../../src/onebot/bot-frame.ts';
import { silentLogger } from '../../src/support/logger.ts';
import { directoryOf } from './desk-fakes.ts';

const REPLY = Buffer.from('{"reply":"hi"}');

function server(name: string, actions?: ActionsConfig): OperatingServer {
  return { name, callTimeoutMs: 55_000, ...(actions === undefined ? {} : { actions }) };
}

function event(postType = 'message'): OneBotEvent {
  const frame = readBotFrame(Buffer.from(`{"post_type":"${postType}","self_id":10001}`));
  return frame.kind === 'event' ? frame.event : assert.fail();
}

function setUp(session?: CallSession) {
  const bots = directoryOf(() => session);
  const desk = new CallDesk(bots, silentLogger);
  return { desk, quick: new QuickOperations({ bots, desk, logger: silentLogger }) };
}

test('the first operation goes into the answer to the report, later ones do not', async () => {
  const { quick } = setUp();
  const message = event();
  const answer = quick.during(message, async () => {
    quick.posting(message);
    quick.posting(message);
    quick.posted(server('a'), message, undefined);
    quick.posted(server('b'), message, REPLY);
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
  quick.posted(server('a'), message, undefined);
  quick.posted(server('b'), message, undefined);
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
  quick.posted(server('a'), message, REPLY);
});

test('a bot that takes calls gets every operation as .handle_quick_operation', async () => {
  const sent: string[] = [];
  const { quick, desk } = setUp({ selfId: '10001', send: (frame) => sent.push(String(frame)) > 0 });
  const message = event();
  quick.posting(message);
  quick.posted(server('a'), message, REPLY);
  quick.posted(server('b'), message, REPLY);
  assert.equal(sent.length, 2);
  const call = JSON.parse(sent[0] ?? '');
  assert.equal(call.action, '.handle_quick_operation');
  assert.deepEqual(call.params, { context: { post_type: 'message', self_id: 10001 }, operation: { reply: 'hi' } });
  desk.close();
});

/** A bot that knows no `.handle_quick_operation`, as Lagrange.OneBot. */
function plainBot(retcode: number) {
  const actions: string[] = [];
  const frames: string[] = [];
  const session: CallSession = {
    selfId: '10001',
    send(frame) {
      const { action, echo } = JSON.parse(String(frame));
      actions.push(action);
      frames.push(String(frame));
      const isKnown = action !== '.handle_quick_operation';
      const head = isKnown ? '"status":"ok","retcode":0' : `"status":"failed","retcode":${retcode}`;
      queueMicrotask(() => {
        const answer = readBotFrame(Buffer.from(`{${head},"data":null,"echo":"${echo}"}`));
        if (answer.kind === 'answer') made.desk.answer(session, answer.answer);
      });
      return true;
    },
  };
  const made = setUp(session);
  return { ...made, actions, frames };
}

function groupEvent(): OneBotEvent {
  const text = '{"post_type":"message","message_type":"group","self_id":10001,"group_id":9007199254740993,"user_id":7}';
  const frame = readBotFrame(Buffer.from(text));
  return frame.kind === 'event' ? frame.event : assert.fail();
}

for (const retcode of [1404, 404]) {
  test(`a bot that answers ${retcode} gets plain actions, and later ones at once`, async () => {
    const { quick, actions, frames } = plainBot(retcode);
    quick.posted(server('a'), groupEvent(), REPLY);
    await new Promise((resolve) => setImmediate(resolve));
    quick.posted(server('a'), groupEvent(), Buffer.from('{"ban":true}'));
    assert.deepEqual(actions, ['.handle_quick_operation', 'send_group_msg', 'set_group_ban']);
    assert.ok(frames[1]?.includes('"group_id":9007199254740993,"message":"[CQ:at,qq=7] hi"'), frames[1]);
  });
}

test('an operation that the actions of its server do not allow is not carried out', async () => {
  const { quick, actions } = plainBot(1404);
  quick.posted(server('a', { deny: ['send_*'] }), groupEvent(), REPLY);
  quick.posted(server('a', { allow: ['send_*'] }), groupEvent(), Buffer.from('{"reply":"hi","kick":true}'));
  quick.posted(server('a', { deny: ['set_*'] }), groupEvent(), REPLY);
  assert.deepEqual(actions, ['.handle_quick_operation']);
});

test('a denied operation does not go into the answer to a report either', async () => {
  const { quick } = setUp();
  const message = event();
  const answer = quick.during(message, async () => {
    quick.posting(message);
    quick.posted(server('a', { allow: ['get_*'] }), message, REPLY);
  });
  assert.equal(await answer, undefined);
});

test('an event that could not be appended leaves nobody waiting', async () => {
  const { quick } = setUp();
  await assert.rejects(
    quick.during(event(), () => Promise.reject(new Error('full'))),
    /full/,
  );
});
