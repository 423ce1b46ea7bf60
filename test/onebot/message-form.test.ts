import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type OneBotEvent, readBotFrame } from '../../src/onebot/bot-frame.ts';
import { EventTag } from '../../src/onebot/event-tag.ts';
import { inFormat } from '../../src/onebot/message-form.ts';

function eventOf(text: string): OneBotEvent {
  const frame = readBotFrame(Buffer.from(text));
  return frame.kind === 'event' ? frame.event : assert.fail(`${text} is no event`);
}

/** An event with those members behind the usual ones, spelt in an odd way that has to be kept. */
const message = (members: string) =>
  `{ "time":1e9,"self_id":10001,"post_type":"m\\u0065ssage",${members}, "id" : 18446744073709551616}`;

function converted(text: string, format: 'string' | 'array'): string {
  return inFormat(eventOf(text), format).bytes.toString();
}

const RAW = '"raw_message":"\\u4f60[CQ:at,qq=7] &amp;"';
const ARRAY =
  '[{"type":"text","data":{"text":"你"}},{"type":"at","data":{"qq":"7"}},{"type":"text","data":{"text":" &"}}]';

test('only the message changes, every other byte stays', () => {
  const array = message(`"message":${ARRAY},${RAW}`);
  const string = message(`"message":"你[CQ:at,qq=7] &amp;",${RAW}`);
  assert.equal(converted(array, 'string'), string);
  assert.equal(converted(string, 'array'), array);
  for (const format of ['string', 'array'] as const) {
    const same = eventOf(format === 'string' ? string : array);
    assert.equal(inFormat(same, format), same);
  }
});

test('keep leaves the very event, and so does what is no message', () => {
  const event = eventOf(message(`"message":${ARRAY}`));
  assert.equal(inFormat(event, 'keep'), event);
  const notice = eventOf('{"self_id":1,"post_type":"notice","message":"[CQ:shake]"}');
  assert.equal(inFormat(notice, 'array'), notice);
  const odd = [
    '"message":5',
    '"message":null',
    '"message":[1]',
    '"message":[{"type":5}]',
    '"message":[{"data":{}}]',
    '"message":[{"type":"text","data":"a"}]',
    '"a":1',
  ];
  for (const members of odd) {
    const kept = eventOf(message(members));
    assert.equal(inFormat(kept, 'string'), kept, members);
  }
  const twice = eventOf(message('"message":"a","message":"[CQ:shake]"'));
  assert.equal(inFormat(twice, 'array'), twice);
});

test("a bot's report of its own messages is converted alike", () => {
  const sent = '{"self_id":1,"post_type":"message_sent","message":[],"raw_message":""}';
  assert.equal(converted(sent, 'string'), sent.replace('[]', '""'));
});

test('numbers and other values in segments keep their digits', () => {
  const data = '{"qq":9007199254740993,"n":1.0e2,"yes":true,"none":null,"list":[1, {"a":2}]}';
  assert.equal(
    converted(message(`"message":[{"type":"x","data":${data}}],"raw_message":""`), 'string'),
    message(
      '"message":"[CQ:x,qq=9007199254740993,n=1.0e2,yes=true,list=&#91;1&#44; {\\"a\\":2}&#93;]","raw_message":""',
    ),
  );
});

test('unknown segments, and those without data, are kept', () => {
  assert.equal(
    converted(
      message(
        '"message":[{"type":"new-1","data":{"a":"b,c"}},{"type":"shake"},{"type":"poke","data":null}],"raw_message":""',
      ),
      'string',
    ),
    message('"message":"[CQ:new-1,a=b&#44;c][CQ:shake][CQ:poke]","raw_message":""'),
  );
  assert.equal(
    converted(message('"message":"[CQ:new-1,a=b&#44;c][CQ:shake]","raw_message":""'), 'array'),
    message('"message":[{"type":"new-1","data":{"a":"b,c"}},{"type":"shake","data":{}}],"raw_message":""'),
  );
});

test('what a CQ code can not say stays as segments', () => {
  const event = eventOf(message('"message":[{"type":"x][CQ:at,qq=all","data":{}}],"raw_message":""'));
  assert.equal(inFormat(event, 'string'), event);
});

test('a segment alone is a list of one', () => {
  const one = '{"type":"text","data":{"text":"a"}}';
  assert.equal(
    converted(message(`"message":${one},"raw_message":"a"`), 'array'),
    message(`"message":[${one}],"raw_message":"a"`),
  );
  assert.equal(
    converted(message(`"message":${one},"raw_message":"a"`), 'string'),
    message('"message":"a","raw_message":"a"'),
  );
});

test('raw_message is added as CQ text where it is missing', () => {
  const [head, tail] = ['{"self_id":1,"post_type":"message","message":', '}'];
  const array = '[{"type":"text","data":{"text":"[a]"}}]';
  const raw = ',"raw_message":"&#91;a&#93;"';
  assert.equal(converted(`${head}${array}${tail}`, 'array'), `${head}${array}${raw}${tail}`);
  assert.equal(converted(`${head}${array}${tail}`, 'string'), `${head}"&#91;a&#93;"${raw}${tail}`);
  assert.equal(converted(`${head}"\\u005ba]"${tail}`, 'string'), `${head}"\\u005ba]","raw_message":"\\u005ba]"${tail}`);
});

test('message_format tells the form that the message has', () => {
  const array = message(`"message_format":"array","message":${ARRAY},${RAW}`);
  assert.equal(
    converted(array, 'string'),
    message(`"message_format":"string","message":"你[CQ:at,qq=7] &amp;",${RAW}`),
  );
  assert.equal(converted(array, 'array'), array);
});

test('the tag comes last, in place of a server member that was there', () => {
  const event = eventOf('{"server":"x","self_id":1,"post_type":"message","message":"[CQ:shake]"}');
  assert.equal(
    new EventTag('a').apply(inFormat(event, 'array')).toString(),
    '{"self_id":1,"post_type":"message","message":[{"type":"shake","data":{}}],"raw_message":"[CQ:shake]","server":"a"}',
  );
});

test('whatever a message is, the event stays sound and all else in it as it was', () => {
  const segment = fc.record(
    {
      type: fc.oneof(fc.constantFrom('text', 'at', 'image'), fc.string()),
      data: fc.dictionary(fc.string(), fc.jsonValue()),
    },
    { requiredKeys: ['type'] },
  );
  const anyMessage = fc.oneof(fc.jsonValue(), fc.string(), fc.array(segment), segment);
  const rest = fc.record({ user_id: fc.integer(), sender: fc.jsonValue(), raw_message: fc.string() });
  fc.assert(
    fc.property(anyMessage, rest, fc.constantFrom('string' as const, 'array' as const), (message, members, format) => {
      const before = { self_id: 1, post_type: 'message', message, ...members };
      const event = eventOf(JSON.stringify(before));
      const { message: after, ...others } = JSON.parse(inFormat(event, format).bytes.toString());
      const { message: _message, ...expected } = JSON.parse(JSON.stringify(before));
      assert.deepEqual(others, expected);
      if (typeof message === 'string') assert.equal(typeof after === 'string', format === 'string');
    }),
  );
});

test('servers that want one form share one conversion', () => {
  const event = eventOf(message(`"message":${ARRAY}`));
  assert.equal(inFormat(event, 'string'), inFormat(event, 'string'));
});

test('a message whose other form would hold up the event loop stays as it is, and the caller is told once', () => {
  const tellings: string[] = [];
  const left = (text: string, format: 'string' | 'array') => {
    const event = eventOf(message(`"message":${text}`));
    for (let n = 0; n < 2; n += 1)
      assert.equal(
        inFormat(event, format, (why) => tellings.push(why)),
        event,
      );
  };
  left(JSON.stringify('[CQ:a]'.repeat(1_000_000)), 'array');
  left(JSON.stringify('&amp;'.repeat(2_000_000)), 'array');
  left(`[${'{"type":"a"},'.repeat(300_000)}{"type":"a"}]`, 'string');
  left(JSON.stringify('a'.repeat(3_000_000)), 'array');
  assert.deepEqual(tellings, ['large', 'large', 'large', 'large']);
  // The size does not matter where the message has the form already.
  const same = eventOf(message(`"raw_message":"","message":${JSON.stringify('[CQ:a]'.repeat(1_000_000))}`));
  assert.equal(
    inFormat(same, 'string', (why) => tellings.push(why)),
    same,
  );
  assert.equal(tellings.length, 4);
  // But the size matters where `raw_message` is missing, because it would be made from the message.
  left(`[${'{"type":"a"},'.repeat(300_000)}{"type":"a"}]`, 'array');
  assert.equal(tellings.length, 5);
});

test('a large message of few parts is converted: an image in base64', () => {
  const image = `base64://${'A'.repeat(1_000_000)}`;
  const string = converted(message(`"message":[{"type":"image","data":{"file":"${image}"}}]`), 'string');
  assert.ok(string.includes(`"message":"[CQ:image,file=${image}]"`));
});

test('where the other form would have more values than the bridge takes, the event stays as it is', () => {
  // The event has 7 values beside the list, and the list is one. With these items that is one value too many.
  const event = eventOf(message(`"message":"[CQ:shake]","list":[${'1,'.repeat(1_999_992)}1]`));
  const tellings: string[] = [];
  assert.equal(
    inFormat(event, 'array', (why) => tellings.push(why)),
    event,
  );
  assert.deepEqual(tellings, ['unsound']);
});
