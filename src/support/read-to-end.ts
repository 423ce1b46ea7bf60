import type { Readable } from 'node:stream';
import { GrowingBuffer } from './growing-buffer.ts';

/**
 * All that comes on a stream. What is past the bound is read on and thrown away: whoever limits the time of a request
 * limits that too.
 *
 * @returns `too large` as soon as that is known; `broken` where the stream ends before its time. Never rejects.
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
    // After `end` these change nothing.
    stream.once('close', () => resolve('broken'));
    stream.on('error', () => resolve('broken'));
  });
}
