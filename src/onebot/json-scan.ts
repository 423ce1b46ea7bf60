import { isUtf8 } from 'node:buffer';
import {
  BACKSLASH,
  beginText,
  CLOSE_BRACE,
  COLON,
  COMMA,
  decodeString,
  isNumberStart,
  OPEN_BRACE,
  QUOTE,
  skipBlanks,
  skipString,
  skipValue,
  startsWithAt,
} from './json-text.ts';

/**
 * A validating scan over one JSON object that keeps its bytes.
 *
 * The bridge reads a handful of top-level members of a frame and relays the rest as it came: parsing would lose
 * integers beyond 2^53, key order and escapes. The scan checks the whole text, nested values included, since one
 * unsound frame makes a peer's receive loop drop its link.
 */

/** The member names that a scan looks for, each found by its length and bytes without making a string. */
export class KeyTable<K extends string> {
  readonly names: readonly K[];
  readonly #slots: ReadonlyMap<K, number>;
  readonly #byLength: { readonly slot: number; readonly bytes: Buffer }[][] = [];

  constructor(names: readonly K[]) {
    this.names = names;
    this.#slots = new Map(names.map((name, slot) => [name, slot]));
    names.forEach((name, slot) => {
      const bytes = Buffer.from(name);
      const sameLength = this.#byLength[bytes.length] ?? [];
      sameLength.push({ slot, bytes });
      this.#byLength[bytes.length] = sameLength;
    });
  }

  /** The slot of that name. */
  slot(name: K): number {
    return this.#slots.get(name) ?? -1;
  }

  /** The slot of the name in `bytes[start, end)`, or -1. */
  slotOf(bytes: Buffer, start: number, end: number): number {
    const candidates = this.#byLength[end - start];
    if (candidates === undefined) return -1;
    for (const { slot, bytes: name } of candidates) {
      if (startsWithAt(bytes, name, start)) return slot;
    }
    return -1;
  }
}

/** One occurrence of a looked-for member: `bytes[start, end)` is name, colon and value. */
interface Member {
  readonly start: number;
  readonly valueStart: number;
  readonly end: number;
  /** The name was spelt with escapes (`"\u0061ction"`). */
  readonly escaped: boolean;
  /** The same name before this one, if any. */
  readonly earlier: Member | undefined;
}

/** A sound JSON object and where its looked-for members lie. */
export class ScannedObject<K extends string> {
  /** From the opening to the closing brace, without the blanks around. */
  readonly bytes: Buffer;
  readonly #table: KeyTable<K>;
  readonly #members: (Member | undefined)[];

  constructor(bytes: Buffer, table: KeyTable<K>, members: (Member | undefined)[]) {
    this.bytes = bytes;
    this.#table = table;
    this.#members = members;
  }

  has(key: K): boolean {
    return this.#find(key) !== undefined;
  }

  /** Whether a trick could make two parsers read different values: the name twice, or spelt with escapes. */
  isAmbiguous(key: K): boolean {
    const member = this.#find(key);
    return member !== undefined && (member.escaped || member.earlier !== undefined);
  }

  isRepeated(key: K): boolean {
    return this.#find(key)?.earlier !== undefined;
  }

  /** The raw bytes of the value; of several, the last, as JSON parsers do. A view, not a copy. */
  raw(key: K): Buffer | undefined {
    const member = this.#find(key);
    return member === undefined ? undefined : this.bytes.subarray(member.valueStart, member.end);
  }

  /** Copies the raw bytes of the value, as many as there is room for, to `target[at...]`; returns where they end. */
  copyRaw(key: K, target: Buffer, at: number): number {
    const member = this.#find(key);
    return member === undefined ? at : at + this.bytes.copy(target, at, member.valueStart, member.end);
  }

  /** The value where it is a JSON string, decoded. */
  text(key: K): string | undefined {
    const member = this.#find(key);
    if (member === undefined || this.bytes[member.valueStart] !== QUOTE) return undefined;
    return decodeString(this.bytes, member.valueStart, member.end);
  }

  /** The value where it is a JSON number, as it was written. */
  numeral(key: K): string | undefined {
    const member = this.#find(key);
    if (member === undefined || !isNumberStart(this.bytes[member.valueStart])) return undefined;
    return this.bytes.toString('latin1', member.valueStart, member.end);
  }

  /** Whether the value is a JSON number written exactly so. Makes no string, for ids that are known beforehand. */
  isNumeral(key: K, digits: string): boolean {
    const member = this.#find(key);
    return member !== undefined && isNumberStart(digits.charCodeAt(0)) && this.#isWritten(member, digits);
  }

  /** Whether the value is that JSON string, written without escapes. Makes no string. */
  isText(key: K, ascii: string): boolean {
    const member = this.#find(key);
    return member !== undefined && this.#isWritten(member, `"${ascii}"`);
  }

  /** Whether the value is `null`. */
  isNull(key: K): boolean {
    const member = this.#find(key);
    return member !== undefined && this.#isWritten(member, 'null');
  }

  /** The object's bytes with the value of `key` replaced, or the member appended where it is missing. */
  with(key: K, value: Buffer): Buffer {
    const member = this.#find(key);
    if (member === undefined) return this.withAll(new Map([[key, value]]));
    // Without lists of pieces and views of them, since each call and each answer passes here: it was a tenth of their cost.
    const { length } = this.bytes;
    const grownBy = value.length - (member.end - member.valueStart);
    const spliced = Buffer.allocUnsafe(length + Math.max(0, grownBy));
    spliced.set(this.bytes);
    spliced.copyWithin(member.valueStart + value.length, member.end, length);
    spliced.set(value, member.valueStart);
    return grownBy < 0 ? spliced.subarray(0, grownBy) : spliced;
  }

  /** The same for several members at once. */
  withAll(values: ReadonlyMap<K, Buffer>): Buffer {
    const pieces: Buffer[] = [];
    const appended: Buffer[] = [];
    let at = 0;
    const replaced = [...values].flatMap(([key, value]) => {
      const member = this.#find(key);
      if (member !== undefined) return [{ member, value }];
      const comma = this.#isEmpty() && appended.length === 0 ? '' : ',';
      appended.push(Buffer.from(`${comma}${JSON.stringify(key)}:`), value);
      return [];
    });
    for (const { member, value } of replaced.sort((a, b) => a.member.start - b.member.start)) {
      pieces.push(this.bytes.subarray(at, member.valueStart), value);
      at = member.end;
    }
    if (appended.length === 0) return Buffer.concat([...pieces, this.bytes.subarray(at)]);
    return Buffer.concat([...pieces, this.bytes.subarray(at, -1), ...appended, CLOSING]);
  }

  /** The object's bytes without any member of that name. The very same bytes where there is none. */
  without(key: K): Buffer {
    const cuts: Member[] = [];
    for (let member = this.#find(key); member !== undefined; member = member.earlier) cuts.push(member);
    let bytes = this.bytes;
    // Last first, so that the offsets of the earlier ones stay right.
    for (const cut of cuts) bytes = cutMember(bytes, cut);
    return bytes;
  }

  #find(key: K): Member | undefined {
    return this.#members[this.#table.slot(key)];
  }

  #isWritten({ valueStart, end }: Member, ascii: string): boolean {
    if (end - valueStart !== ascii.length) return false;
    for (let i = 0; i < ascii.length; i += 1) {
      if (this.bytes[valueStart + i] !== ascii.charCodeAt(i)) return false;
    }
    return true;
  }

  #isEmpty(): boolean {
    return this.bytes[skipBlanks(this.bytes, 1)] === CLOSE_BRACE;
  }
}

const CLOSING = Buffer.from('}');

export type ScanOutcome<K extends string> =
  | { readonly kind: 'object'; readonly object: ScannedObject<K> }
  | { readonly kind: 'unsound' /** What is wrong, `byte 17 is not JSON`. */; readonly reason: string };

/**
 * Scans the text of one JSON object and finds the members of `table`.
 *
 * @param extraItems See `beginText`.
 */
export function scanObject<K extends string>(text: Buffer, table: KeyTable<K>, extraItems = 0): ScanOutcome<K> {
  if (!isUtf8(text)) return { kind: 'unsound', reason: 'not UTF-8' };
  const start = skipBlanks(text, hasByteOrderMark(text) ? BYTE_ORDER_MARK_BYTES : 0);
  if (start === text.length) return { kind: 'unsound', reason: 'empty' };
  if (text[start] !== OPEN_BRACE) return { kind: 'unsound', reason: 'not a JSON object' };
  const members: (Member | undefined)[] = new Array(table.names.length).fill(undefined);
  beginText(extraItems);
  const end = scanMembers(text, start, { table, members });
  if (end < 0) return { kind: 'unsound', reason: faultAt(text, ~end) };
  const rest = skipBlanks(text, end);
  if (rest !== text.length) return { kind: 'unsound', reason: faultAt(text, rest) };
  const bytes = end - start === text.length ? text : text.subarray(start, end);
  return { kind: 'object', object: new ScannedObject(bytes, table, members) };
}

/** Programs on Windows write a byte order mark before UTF-8. RFC 8259, section 8.1 lets a parser ignore it. */
export function withoutByteOrderMark(text: Buffer): Buffer {
  return hasByteOrderMark(text) ? text.subarray(BYTE_ORDER_MARK_BYTES) : text;
}

function hasByteOrderMark(text: Buffer): boolean {
  return text[0] === 0xef && text[1] === 0xbb && text[2] === 0xbf;
}

const BYTE_ORDER_MARK_BYTES = 3;

function faultAt(text: Buffer, offset: number): string {
  return offset >= text.length ? 'cut short' : `byte ${offset} is not JSON that the bridge takes`;
}

/** Walks the top-level object that opens at `open` and notes the looked-for members, relative to `open`. */
function scanMembers<K extends string>(
  bytes: Buffer,
  open: number,
  { table, members }: { readonly table: KeyTable<K>; readonly members: (Member | undefined)[] },
): number {
  let pos = skipBlanks(bytes, open + 1);
  if (bytes[pos] === CLOSE_BRACE) return pos + 1;
  for (;;) {
    if (bytes[pos] !== QUOTE) return ~pos;
    const start = pos;
    const nameEnd = skipString(bytes, pos);
    if (nameEnd < 0) return nameEnd;
    pos = skipBlanks(bytes, nameEnd);
    if (bytes[pos] !== COLON) return ~pos;
    const valueStart = skipBlanks(bytes, pos + 1);
    const end = skipValue(bytes, valueStart, 1);
    if (end < 0) return end;
    const escaped = hasEscape(bytes, start, nameEnd);
    const slot = escaped
      ? slotOfEscaped(table, bytes.subarray(start, nameEnd))
      : table.slotOf(bytes, start + 1, nameEnd - 1);
    if (slot >= 0) {
      const earlier = members[slot];
      members[slot] = { start: start - open, valueStart: valueStart - open, end: end - open, escaped, earlier };
    }
    pos = skipBlanks(bytes, end);
    if (bytes[pos] === CLOSE_BRACE) return pos + 1;
    if (bytes[pos] !== COMMA) return ~pos;
    pos = skipBlanks(bytes, pos + 1);
  }
}

/** A loop, since names are short and a native search costs more than it finds. */
function hasEscape(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) if (bytes[at] === BACKSLASH) return true;
  return false;
}

function slotOfEscaped<K extends string>(table: KeyTable<K>, raw: Buffer): number {
  const name = Buffer.from(decodeString(raw));
  return table.slotOf(name, 0, name.length);
}

/** Cuts one member and one of the commas beside it. */
function cutMember(bytes: Buffer, { start, end }: Member): Buffer {
  const behind = skipBlanks(bytes, end);
  if (bytes[behind] === COMMA) {
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(skipBlanks(bytes, behind + 1))]);
  }
  // The last member: the comma before it goes too, unless it is the only one.
  const comma = bytes.lastIndexOf(COMMA, start);
  return Buffer.concat([bytes.subarray(0, comma < 0 ? start : comma), bytes.subarray(end)]);
}
