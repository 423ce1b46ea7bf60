/**
 * Messages in their two forms: CQ text such as `hi[CQ:at,qq=1]`, and segments (OneBot 11, `message/string.md` and
 * `message/array.md`). Every CQ text is some list of segments; not every segment can be written as a CQ code.
 */

/** One part of a message: its type and its data in order, as text. A `text` segment has its text in `data.text`. */
export interface Segment {
  readonly type: string;
  readonly data: ReadonlyMap<string, string>;
}

/** The segments of a CQ text. What looks like a code but is none is text. Takes time in proportion to the text. */
export function parseCq(text: string): Segment[] {
  const segments: Segment[] = [];
  let plain = '';
  let at = 0;
  let close = -1;
  for (let open = text.indexOf(OPEN); open >= 0; open = text.indexOf(OPEN, at)) {
    if (close < open) close = text.indexOf(']', open);
    if (close < 0) break;
    const code = parseCode(text.slice(open + OPEN.length, close));
    // The next code may begin inside of what was none.
    const next = code === undefined ? open + OPEN.length : close + 1;
    plain += text.slice(at, code === undefined ? next : open);
    at = next;
    if (code === undefined) continue;
    if (plain !== '') segments.push(textSegment(plain));
    segments.push(code);
    plain = '';
  }
  plain += text.slice(at);
  if (plain !== '') segments.push(textSegment(plain));
  return segments;
}

const OPEN = '[CQ:';

/** What stands between `[CQ:` and `]`: as lenient as aiocqhttp, a comma too many and a missing `=` do no harm. */
function parseCode(body: string): Segment | undefined {
  if (body.includes(OPEN)) return undefined;
  const [type = '', ...params] = body.split(',');
  if (!NAME.test(type)) return undefined;
  const data = new Map<string, string>();
  for (const param of params.filter((each) => each !== '')) {
    const [name = ''] = param.split('=', 1);
    if (!NAME.test(name)) return undefined;
    data.set(name, unescapeValue(param.slice(name.length + 1)));
  }
  return { type, data };
}

/** @returns Undefined where a type or the name of a member can't stand in a CQ code. */
export function toCq(segments: Iterable<Segment>): string | undefined {
  let text = '';
  for (const { type, data } of segments) {
    if (type === 'text') {
      text += escapeText(data.get('text') ?? '');
      continue;
    }
    if (!NAME.test(type)) return undefined;
    text += `[CQ:${type}`;
    for (const [name, value] of data) {
      if (!NAME.test(name)) return undefined;
      text += `,${name}=${escapeValue(value)}`;
    }
    text += ']';
  }
  return text;
}

function textSegment(escaped: string): Segment {
  return { type: 'text', data: new Map([['text', unescapeText(escaped)]]) };
}

/** Of types and members, as aiocqhttp and go-cqhttp read them. */
const NAME = /^[\w.-]+$/;

function escapeText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('[', '&#91;').replaceAll(']', '&#93;');
}

function escapeValue(text: string): string {
  return escapeText(text).replaceAll(',', '&#44;');
}

function unescapeText(text: string): string {
  return text.replaceAll('&#91;', '[').replaceAll('&#93;', ']').replaceAll('&amp;', '&');
}

function unescapeValue(text: string): string {
  return unescapeText(text.replaceAll('&#44;', ','));
}
