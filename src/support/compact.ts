/**
 * The same bytes in memory of their own where they are a small view of something large, such as one frame in a
 * 64 KiB read: kept for long, the view would keep all of it.
 */
export function compact(bytes: Buffer): Buffer {
  return bytes.length * 2 < bytes.buffer.byteLength ? Buffer.from(bytes) : bytes;
}
