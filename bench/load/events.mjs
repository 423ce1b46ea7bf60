import { randomBytes } from 'node:crypto';

/**
 * The events of the load: OneBot 11 group messages of 1 kB with Chinese text and escapes, as QQ bots report them. What is
 * larger than 64 KiB is an image in base64: no text is.
 *
 * `message_id` numbers them: {@link FIRST_ID} + reporter connection * {@link PER_CONNECTION} + count from 1. A
 * connection posts the next only when the last was answered, so each server has to get each connection's events as
 * 1, 2, 3, ...: one missing, twice or out of order shows. It always has ten digits, so that it can be overwritten in place.
 */
export const FIRST_ID = 1_000_000_000;
export const PER_CONNECTION = 8_000_000;
export const MAX_CONNECTIONS = 1_100;

export const SELF_ID = '1234567890';

/**
 * One event as a body for the reporter's connection, with the text of that connection.
 *
 * @param {number} [bytes] its size, about; default 1 kB
 */
export function eventBody(connection, bytes = 1024, selfId = SELF_ID) {
  const userId = 1_122_334_455 + connection;
  const isImage = bytes > MAX_TEXT_BYTES;
  const text = isImage ? `base64://${image(bytes / 2)}` : filler(connection, Math.max(0, bytes - 430) / 2);
  return Buffer.from(
    JSON.stringify({
      post_type: 'message',
      message_type: 'group',
      message_id: FIRST_ID + connection * PER_CONNECTION,
      time: 1_700_000_000,
      self_id: Number(selfId),
      sub_type: 'normal',
      group_id: 987_654_321,
      user_id: userId,
      anonymous: null,
      font: 0,
      sender: {
        user_id: userId,
        nickname: '测试用户',
        card: '',
        sex: 'unknown',
        age: 0,
        area: '',
        level: '1',
        role: 'member',
        title: '',
      },
      message: [
        { type: 'at', data: { qq: SELF_ID } },
        isImage ? { type: 'image', data: { file: text } } : { type: 'text', data: { text } },
      ],
      raw_message: isImage ? `[CQ:image,file=${text}]` : text,
    }),
  );
}

/** Where the ten digits of `message_id` begin. */
export function idOffset(body) {
  const name = '"message_id":';
  return body.indexOf(name) + name.length;
}

const MAX_TEXT_BYTES = 64 * 1024;

/** So many bytes of base64. */
function image(bytes) {
  return randomBytes((bytes * 3) / 4).toString('base64');
}

/** Text that takes about so many bytes in JSON. */
function filler(connection, bytes) {
  const piece = `${connection}: hello world, 你好 "quoted" \n`;
  return piece.repeat(Math.round(bytes / Buffer.byteLength(JSON.stringify(piece)))) || '.';
}
