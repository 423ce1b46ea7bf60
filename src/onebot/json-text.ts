/**
 * JSON text as bytes: skipping over values while checking them against RFC 8259.
 *
 * The skip functions return the offset behind what they skipped, or `~offset` of the first wrong byte: a negative
 * number, so that no exception or object is needed on the hot path.
 */

/** Deepest nesting taken; Python's `json` gives up near 1,000, OneBot frames nest about ten deep. */
export const MAX_DEPTH = 512;

/**
 * Values and escapes in one text: 60 MiB of nothing else would hold up the event loop for a second each time that it is read.
 * The answer with all members of a group has 50,000.
 */
export const MAX_ITEMS = 2_000_000;

/** How many more the text may have that is being read; texts are read one after another. */
let itemsLeft = MAX_ITEMS;

/**
 * Call this before the first skip of a text.
 *
 * @param extraItems How many values the bridge itself has added to the text. The text may have so many more than {@link
 *   MAX_ITEMS}.
 */
export function beginText(extraItems = 0): void {
  itemsLeft = MAX_ITEMS + extraItems;
}

export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;
export const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const PLUS = 0x2b;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const LOWER_E = 0x65;
const LOWER_F = 0x66;
const LOWER_N = 0x6e;
const LOWER_T = 0x74;
const LOWER_U = 0x75;
const UPPER_E = 0x45;

const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const NULL = Buffer.from('null');

/** For each byte 1 where that holds: one look-up instead of many comparisons. */
function byteTable(holds: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => Number(holds(byte)));
}

/** Bytes that may follow a backslash, `u` aside. */
const IS_SIMPLE_ESCAPE = byteTable((byte) => Buffer.from('"\\/bfnrt').includes(byte));

/** Bytes that stand for themselves in a string. */
const IS_PLAIN = byteTable((byte) => byte >= 0x20 && byte !== QUOTE && byte !== BACKSLASH);

/** Skips any value; `depth` is how many containers it stands in. */
export function skipValue(bytes: Buffer, pos: number, depth: number): number {
  itemsLeft -= 1;
  if (itemsLeft < 0) return ~pos;
  switch (bytes[pos]) {
    case QUOTE:
      return skipString(bytes, pos);
    case OPEN_BRACE:
    case OPEN_BRACKET:
      return skipNested(bytes, pos, depth);
    case LOWER_T:
      return skipWord(bytes, pos, TRUE);
    case LOWER_F:
      return skipWord(bytes, pos, FALSE);
    case LOWER_N:
      return skipWord(bytes, pos, NULL);
    default:
      return skipNumber(bytes, pos);
  }
}

/** Skips the object or array that opens at `pos`. */
function skipNested(bytes: Buffer, pos: number, depth: number): number {
  if (depth >= MAX_DEPTH) return ~pos;
  const isObject = bytes[pos] === OPEN_BRACE;
  const close = isObject ? CLOSE_BRACE : CLOSE_BRACKET;
  let at = skipBlanks(bytes, pos + 1);
  if (bytes[at] === close) return at + 1;
  for (;;) {
    if (isObject) {
      if (bytes[at] !== QUOTE) return ~at;
      at = skipString(bytes, at);
      if (at < 0) return at;
      at = skipBlanks(bytes, at);
      if (bytes[at] !== COLON) return ~at;
      at = skipBlanks(bytes, at + 1);
    }
    at = skipValue(bytes, at, depth + 1);
    if (at < 0) return at;
    at = skipBlanks(bytes, at);
    if (bytes[at] === close) return at + 1;
    if (bytes[at] !== COMMA) return ~at;
    at = skipBlanks(bytes, at + 1);
  }
}

/** Skips the string whose opening quote is at `pos`. */
export function skipString(bytes: Buffer, pos: number): number {
  const { length } = bytes;
  let at = pos + 1;
  for (;;) {
    const longAt = at + LONG_STRING_BYTES;
    const stop = longAt < length ? longAt : length;
    while (at < stop && IS_PLAIN[bytes[at] as number] === 1) at += 1;
    if (at === longAt) at = skipPlainWords(bytes, at);
    const byte = bytes[at];
    if (byte === QUOTE) return at + 1;
    if (byte === BACKSLASH) {
      at = skipEscape(bytes, at);
      if (at < 0) return at;
    } else if (byte === undefined || byte < 0x20) {
      return ~at;
    }
  }
}

/** An image in base64 is a string of megabytes. Four bytes at a time it is passed in a third of the time. */
function skipPlainWords(bytes: Buffer, pos: number): number {
  let at = pos;
  while ((bytes.byteOffset + at) % 4 !== 0) {
    if (IS_PLAIN[bytes[at] ?? 0] !== 1) return at;
    at += 1;
  }
  const words = new Int32Array(bytes.buffer, bytes.byteOffset + at, Math.max(0, bytes.length - at) >> 2);
  let plain = 0;
  while (plain < words.length && !hasSpecialByte(words[plain] as number)) plain += 1;
  return at + 4 * plain;
}

/** Whether one of the four is a quote, a backslash or below 0x20; sometimes also when there is none. */
function hasSpecialByte(word: number): boolean {
  const quotes = word ^ 0x22222222;
  const backslashes = word ^ 0x5c5c5c5c;
  const low = (word - 0x20202020) & ~word;
  const special = ((quotes - 0x01010101) & ~quotes) | ((backslashes - 0x01010101) & ~backslashes) | low;
  return (special & 0x80808080) !== 0;
}

const LONG_STRING_BYTES = 256;

function skipEscape(bytes: Buffer, pos: number): number {
  itemsLeft -= 1;
  if (itemsLeft < 0) return ~pos;
  const byte = bytes[pos + 1];
  if (byte === undefined) return ~(pos + 1);
  if (IS_SIMPLE_ESCAPE[byte] === 1) return pos + 2;
  if (byte !== LOWER_U) return ~(pos + 1);
  for (let at = pos + 2; at < pos + 6; at += 1) {
    if (!isHexDigit(bytes[at])) return ~at;
  }
  return pos + 6;
}

function skipNumber(bytes: Buffer, pos: number): number {
  let at = bytes[pos] === MINUS ? pos + 1 : pos;
  if (bytes[at] === ZERO) {
    at += 1;
  } else {
    const end = skipDigits(bytes, at);
    if (end < 0) return end;
    at = end;
  }
  if (bytes[at] === DOT) {
    at = skipDigits(bytes, at + 1);
    if (at < 0) return at;
  }
  if (bytes[at] === LOWER_E || bytes[at] === UPPER_E) {
    at += bytes[at + 1] === PLUS || bytes[at + 1] === MINUS ? 2 : 1;
    at = skipDigits(bytes, at);
  }
  return at;
}

/** Skips one digit or more. */
function skipDigits(bytes: Buffer, pos: number): number {
  let at = pos;
  while (isDigit(bytes[at])) at += 1;
  return at === pos ? ~pos : at;
}

function skipWord(bytes: Buffer, pos: number, word: Buffer): number {
  return startsWithAt(bytes, word, pos) ? pos + word.length : ~pos;
}

/** The offset of the first byte from `pos` on that is no JSON white space. */
export function skipBlanks(bytes: Buffer, pos: number): number {
  let at = pos;
  for (;;) {
    const byte = bytes[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return at;
    at += 1;
  }
}

/** Whether `word` stands at `pos`. */
export function startsWithAt(bytes: Buffer, word: Buffer, pos: number): boolean {
  for (let i = 0; i < word.length; i += 1) {
    if (bytes[pos + i] !== word[i]) return false;
  }
  return true;
}

/** The text of a sound JSON string, the quotes included in `bytes[start, end)`. */
export function decodeString(bytes: Buffer, start = 0, end = bytes.length): string {
  const written = bytes.toString('utf8', start + 1, end - 1);
  return written.includes('\\') ? String(JSON.parse(`"${written}"`)) : written;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

/** Whether a number may begin with that byte. */
export function isNumberStart(byte: number | undefined): boolean {
  return byte === MINUS || isDigit(byte);
}

function isHexDigit(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const lower = byte | 0x20;
  return isDigit(byte) || (lower >= 0x61 && lower <= LOWER_F);
}
