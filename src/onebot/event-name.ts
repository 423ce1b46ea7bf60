import { KeyTable, scanObject } from './json-scan.ts';

const TYPE_KEYS = new KeyTable(['post_type', 'message_type', 'notice_type', 'request_type', 'meta_event_type']);

/** What an event is, for a person: `message/group`, `notice/group_increase`. */
export function eventName(bytes: Buffer): string {
  const scan = scanObject(bytes, TYPE_KEYS);
  if (scan.kind === 'unsound') return 'unknown';
  const types = TYPE_KEYS.names.map((key) => scan.object.text(key));
  return types.filter((type) => type !== undefined).join('/');
}
