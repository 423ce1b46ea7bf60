/**
 * Builders of OneBot 11 events as bots send them. They return JSON text, not objects: what the bridge must keep (key
 * order, spacing, escapes, integers beyond 2^53) exists in the text alone.
 */

/** A number, or its decimal digits where a double would lose some. */
type Id = number | bigint | string;

let lastMessageId = 0;

export interface GroupMessage {
  readonly selfId?: Id;
  readonly messageId?: Id;
  readonly groupId?: Id;
  readonly userId?: Id;
  /** Put into `message` and `raw_message`. Default some Chinese with an emoji. */
  readonly text?: string;
  /** Further members, as JSON text without braces: `"server":"mine"`. They come last. */
  readonly extra?: string;
}

/**
 * A group message with what a re-serialising relay would spoil: odd spacing and key order, `\u` escapes next to plain
 * Chinese, `1e3`, an escaped solidus, and integers beyond 2^53. Its `message_id` is a new one unless given.
 */
export function groupMessage(options: GroupMessage = {}): string {
  const { selfId = 10001, groupId = 987654321, userId = '9007199254740993', text = '早上好，世界 🌏' } = options;
  const messageId = options.messageId ?? ++lastMessageId;
  const extra = options.extra === undefined ? '' : `,${options.extra}`;
  return (
    `{"time":1700000000, "self_id":${selfId},"post_type":"message","message_type":"group",` +
    `"sub_type": "normal","message_id":${messageId},"group_id":${groupId},"user_id":${userId},"anonymous":null,` +
    `"message":[{"type":"text","data":{"text":${JSON.stringify(text)}}}],"raw_message":${JSON.stringify(text)},` +
    `"font":1e3,"real_seq":18446744073709551615,"zeta":1.0,"alpha":"\\u4f60\\u597D\\/\\ud83d\\ude00",` +
    `"sender":{"user_id":${userId},"nickname":"\\u5c0f明","card":"","role":"member"}${extra}}`
  );
}

export interface PrivateMessage {
  readonly selfId?: Id;
  readonly messageId?: Id;
  readonly userId?: Id;
  readonly text?: string;
}

export function privateMessage(options: PrivateMessage = {}): string {
  const { selfId = 10001, userId = 10086, text = '你好' } = options;
  const messageId = options.messageId ?? ++lastMessageId;
  return (
    `{"time":1700000000,"self_id":${selfId},"post_type":"message","message_type":"private","sub_type":"friend",` +
    `"message_id":${messageId},"user_id":${userId},"message":${JSON.stringify(text)},` +
    `"raw_message":${JSON.stringify(text)},"font":0,"sender":{"user_id":${userId},"nickname":"小红"}}`
  );
}

export function notice(options: { readonly selfId?: Id; readonly userId?: Id } = {}): string {
  const { selfId = 10001, userId = 10086 } = options;
  return (
    `{"time":1700000000,"self_id":${selfId},"post_type":"notice","notice_type":"group_increase",` +
    `"sub_type":"approve","group_id":987654321,"operator_id":0,"user_id":${userId},"seq":${++lastMessageId}}`
  );
}

export function friendRequest(options: { readonly selfId?: Id; readonly flag?: string } = {}): string {
  const { selfId = 10001, flag = `flag-${++lastMessageId}` } = options;
  return (
    `{"time":1700000000,"self_id":${selfId},"post_type":"request","request_type":"friend","user_id":10010,` +
    `"comment":"加个好友","flag":${JSON.stringify(flag)}}`
  );
}

export function heartbeat(options: { readonly selfId?: Id; readonly intervalMs?: number } = {}): string {
  const { selfId = 10001, intervalMs = 15_000 } = options;
  return (
    `{"time":${Math.floor(Date.now() / 1000)},"self_id":${selfId},"post_type":"meta_event",` +
    `"meta_event_type":"heartbeat","interval":${intervalMs},"status":{"online":true,"good":true}}`
  );
}

export function lifecycle(options: { readonly selfId?: Id; readonly subType?: string } = {}): string {
  const { selfId = 10001, subType = 'connect' } = options;
  return (
    `{"time":${Math.floor(Date.now() / 1000)},"self_id":${selfId},"post_type":"meta_event",` +
    `"meta_event_type":"lifecycle","sub_type":"${subType}"}`
  );
}

/** `event` as a server named `server` must get it: byte for byte, with the tag as its last member. */
export function tagged(event: string, server: string): string {
  return `${event.slice(0, -1)},"server":${JSON.stringify(server)}}`;
}
