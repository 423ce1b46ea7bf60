import { crc32 } from 'node:zlib';
import type { CursorRecord, EventRecord, LetterRecord, RecoveredEvent, StoredEvent } from '../store.ts';

/**
 * Records as they are stored on disk, little-endian. Each begins with a CRC-32 of the bytes after the CRC.
 *
 * ```
 * event   u32 crc | f64 storedAt | u16 cursors | u32 cursor id ... | u8 length, self_id | bytes of the event
 * cursor  u32 crc | f64 acknowledgedTo | name | where events were moved here: u8 0 | f64 sequence ...
 * letter  u32 crc | u32 length, JSON of the meta data | bytes of the event
 * ```
 */
const CRC_BYTES = 4;
/** Server names have no control characters, so 0 can end a name. */
const NAME_END = 0;

/**
 * A record in parts, so that the bytes of an event are copied once, to where the whole batch lies. It has no checksum
 * until {@link seal} is called for it there.
 */
export type EncodedRecord = readonly [head: Buffer, body: Buffer];

export function encodeEvent({ storedAt, cursors, selfId, bytes }: EventRecord): EncodedRecord {
  const idLength = Buffer.byteLength(selfId);
  const head = Buffer.allocUnsafe(CRC_BYTES + 8 + 2 + 4 * cursors.length + 1 + idLength);
  let at = head.writeDoubleLE(storedAt, CRC_BYTES);
  at = head.writeUInt16LE(cursors.length, at);
  for (const cursor of cursors) at = head.writeUInt32LE(cursor, at);
  at = head.writeUInt8(idLength, at);
  head.write(selfId, at);
  return [head, bytes];
}

/** Undefined for a record that is broken. */
export function decodeEvent(sequence: number, record: Buffer): (RecoveredEvent & StoredEvent) | undefined {
  if (!isIntact(record)) return undefined;
  const storedAt = record.readDoubleLE(CRC_BYTES);
  const count = record.readUInt16LE(CRC_BYTES + 8);
  const idsAt = CRC_BYTES + 10;
  const cursors = Array.from({ length: count }, (_, n) => record.readUInt32LE(idsAt + 4 * n));
  const selfIdAt = idsAt + 4 * count + 1;
  const bytesAt = selfIdAt + record.readUInt8(selfIdAt - 1);
  const bytes = record.subarray(bytesAt);
  const selfId = record.toString('utf8', selfIdAt, bytesAt);
  return { sequence, storedAt, cursors, selfId, bytes, byteLength: bytes.length };
}

export function encodeCursor({ name, acknowledgedTo, listed }: CursorRecord): EncodedRecord {
  const head = Buffer.allocUnsafe(CRC_BYTES + 8);
  head.writeDoubleLE(acknowledgedTo, CRC_BYTES);
  if (listed.length === 0) return [head, Buffer.from(name)];
  const nameLength = Buffer.byteLength(name);
  const body = Buffer.allocUnsafe(nameLength + 1 + 8 * listed.length);
  let at = body.writeUInt8(NAME_END, body.write(name));
  for (const sequence of listed) at = body.writeDoubleLE(sequence, at);
  return [head, body];
}

export function decodeCursor(id: number, record: Buffer): CursorRecord | undefined {
  if (!isIntact(record)) return undefined;
  const acknowledgedTo = record.readDoubleLE(CRC_BYTES);
  const end = record.indexOf(NAME_END, CRC_BYTES + 8);
  if (end < 0) return { id, acknowledgedTo, name: record.toString('utf8', CRC_BYTES + 8), listed: [] };
  const count = (record.length - end - 1) / 8;
  const listed = Array.from({ length: count }, (_, n) => record.readDoubleLE(end + 1 + 8 * n));
  return { id, acknowledgedTo, name: record.toString('utf8', CRC_BYTES + 8, end), listed };
}

export function encodeLetter({ bytes, id: _id, ...meta }: LetterRecord): EncodedRecord {
  const text = JSON.stringify(meta);
  const textLength = Buffer.byteLength(text);
  const head = Buffer.allocUnsafe(CRC_BYTES + 4 + textLength);
  head.write(text, head.writeUInt32LE(textLength, CRC_BYTES));
  return [head, bytes];
}

export function decodeLetter(id: number, record: Buffer): (LetterRecord & { byteLength: number }) | undefined {
  if (!isIntact(record)) return undefined;
  const textAt = CRC_BYTES + 4;
  const bytesAt = textAt + record.readUInt32LE(CRC_BYTES);
  const meta = JSON.parse(record.toString('utf8', textAt, bytesAt)) as Omit<LetterRecord, 'id' | 'bytes'>;
  const bytes = record.subarray(bytesAt);
  return { id, ...meta, bytes, byteLength: bytes.length };
}

/** Puts its checksum into a whole record. In the thread that writes: of a large event it takes a while. */
export function seal(record: Buffer): void {
  record.writeUInt32LE(crc32(record.subarray(CRC_BYTES)), 0);
}

function isIntact(record: Buffer): boolean {
  return record.length > CRC_BYTES && record.readUInt32LE(0) === crc32(record.subarray(CRC_BYTES));
}
