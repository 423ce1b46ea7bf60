import type { Readable } from 'node:stream';
import { GrowingBuffer } from './growing-buffer.ts';

/**
 * Reads a stream to its end. Bytes past the limit are read and thrown away, and the caller's time limit of the request
 * ends that.
 *
 * @returns `too large` as soon as the limit is passed; `broken` where the stream ends too early. Never rejects.
 */
export function readToEnd(stream: Readable, maxBytes: number): Promise<Buffer | 'too large' | 'broken'> {
  return new Promise((resolve) => {
    const gathered = new GrowingBuffer({ maxBytes });
    const gather = (chunk: Buffer): void => {
      if (gathered.append(chunk) === 'taken') return;
      stream.off('data', gather);
      gathered.clear();
      resolve('too large');
      stream.resume();
    };
    stream.on('data', gather);
    stream.once('end', () => resolve(gathered.take()));
    // After `end` these listeners change nothing.
    stream.once('close', () => resolve('broken'));
    stream.on('error', () => resolve('broken'));
  });
}
