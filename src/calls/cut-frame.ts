import type { CutFrame } from './types.ts';

/** Calls carry images of many megabytes; the beginning shows what one is about. */
const MAX_BYTES = 16 * 1024;

/** A copy, so that the whole frame need not stay in memory. */
export function cutFrame(frame: Buffer): CutFrame {
  return { bytes: Buffer.from(frame.subarray(0, MAX_BYTES)), byteLength: frame.length };
}
