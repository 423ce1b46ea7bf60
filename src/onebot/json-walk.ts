import {
  BACKSLASH,
  beginText,
  CLOSE_BRACE,
  COLON,
  COMMA,
  decodeString,
  QUOTE,
  skipBlanks,
  skipString,
  skipValue,
} from './json-text.ts';

/**
 * Takes JSON apart that a scan has proved sound, and leaves the bytes of each value as they are: numbers keep all their
 * digits.
 */

const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;

export function isArray(raw: Buffer): boolean {
  return raw[0] === OPEN_BRACKET;
}

export function isObject(raw: Buffer): boolean {
  return raw[0] === OPEN_BRACE;
}

export function isString(raw: Buffer): boolean {
  return raw[0] === QUOTE;
}

/** The elements of an array, in order. */
export function elementsOf(array: Buffer): Buffer[] {
  const elements: Buffer[] = [];
  beginText();
  let at = skipBlanks(array, 1);
  while (array[at] !== CLOSE_BRACKET) {
    const end = soundEnd(skipValue(array, at, 0));
    elements.push(array.subarray(at, end));
    at = nextItem(array, end);
  }
  return elements;
}

/** The members of an object, in order; the last of several of one name. */
export function membersOf(object: Buffer): Map<string, Buffer> {
  const members = new Map<string, Buffer>();
  beginText();
  let at = skipBlanks(object, 1);
  while (object[at] !== CLOSE_BRACE) {
    const nameEnd = skipString(object, at);
    const colon = skipBlanks(object, nameEnd);
    if (object[colon] !== COLON) throw new TypeError('the text has to be sound JSON');
    const valueStart = skipBlanks(object, colon + 1);
    const end = soundEnd(skipValue(object, valueStart, 0));
    members.set(decodeString(object.subarray(at, nameEnd)), object.subarray(valueStart, end));
    at = nextItem(object, end);
  }
  return members;
}

/**
 * The end of a skipped value. Throws where the value is malformed: a loop that went on at the offset of the fault would
 * never end.
 */
function soundEnd(end: number): number {
  if (end < 0) throw new TypeError('the text has to be sound JSON');
  return end;
}

/** The names of an object's members in their order, repeated names included. No names where the text is no object. */
export function* memberNames(json: Buffer): Iterable<{ readonly name: string; readonly isEscaped: boolean }> {
  if (!isObject(json)) return;
  beginText();
  let at = skipBlanks(json, 1);
  while (json[at] !== CLOSE_BRACE) {
    const nameEnd = skipString(json, at);
    const written = json.subarray(at, nameEnd);
    yield { name: decodeString(written), isEscaped: written.includes(BACKSLASH) };
    const valueStart = skipBlanks(json, skipBlanks(json, nameEnd) + 1);
    at = nextItem(json, skipValue(json, valueStart, 0));
  }
}

function nextItem(text: Buffer, pos: number): number {
  const at = skipBlanks(text, pos);
  return text[at] === COMMA ? skipBlanks(text, at + 1) : at;
}
