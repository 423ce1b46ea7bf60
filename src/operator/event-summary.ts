import { eventName } from '../onebot/event-name.ts';
import { KeyTable, scanObject } from '../onebot/json-scan.ts';

const KEYS = new KeyTable(['group_id', 'user_id', 'raw_message']);

/** An event may have 64 MiB, so only a smaller one is parsed. */
const MAX_BYTES = 256 * 1024;

/** Characters of a message that are shown. */
const MAX_TEXT = 120;

/** An event in a few words: `message/group 987654321 10086: hello`. */
export function eventSummary(bytes: Buffer): string {
  if (bytes.length > MAX_BYTES) return '';
  const scan = scanObject(bytes, KEYS);
  if (scan.kind === 'unsound') return 'unknown';
  const ids = (['group_id', 'user_id'] as const).flatMap(
    (key) => scan.object.numeral(key) ?? scan.object.text(key) ?? [],
  );
  const said = scan.object.text('raw_message') ?? '';
  const head = [eventName(bytes), ...ids].join(' ');
  if (said === '') return head;
  return `${head}: ${said.length > MAX_TEXT ? `${said.slice(0, MAX_TEXT)}...` : said}`;
}
