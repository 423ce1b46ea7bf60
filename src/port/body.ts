import type { IncomingMessage } from 'node:http';
import { type Refusal, refused } from './admission.ts';

/** Bytes of bodies that may be in memory at once, over all requests; a request past it is told to come again. */
const MAX_TOTAL_FACTOR = 4;

/**
 * Collects request bodies within a bound for each and one for all together.
 *
 * A body past a bound is read to its end and thrown away, since a client that is still writing when the connection
 * is closed sees a reset and never the answer.
 */
export class BodyCollector {
  #totalBytes = 0;

  /**
   * The body, or how the request is to be refused; undefined when the peer went away before it was whole. Settles when the
   * request is at its end; never rejects.
   */
  read(request: IncomingMessage, maxBytes: number): Promise<Buffer | Refusal | undefined> {
    return new Promise((resolve) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      let refusal: Refusal | undefined;
      const settle = (outcome: Buffer | Refusal | undefined): void => {
        this.#totalBytes -= bytes;
        bytes = 0;
        resolve(outcome);
      };
      request.on('data', (chunk: Buffer) => {
        refusal ??= this.#refusal({ bytes: bytes + chunk.length, added: chunk.length, maxBytes });
        if (refusal === undefined) {
          bytes += chunk.length;
          this.#totalBytes += chunk.length;
          chunks.push(chunk);
        } else {
          chunks.length = 0;
        }
      });
      request.on('end', () => settle(refusal ?? joined(chunks)));
      // After `end` this changes nothing; before it, the peer went away.
      const abort = (): void => settle(undefined);
      request.on('close', abort);
      request.on('error', abort);
    });
  }

  #refusal({ bytes, added, maxBytes }: { bytes: number; added: number; maxBytes: number }): Refusal | undefined {
    if (bytes > maxBytes) return refused(413, `larger than max_payload, ${maxBytes} bytes`);
    if (this.#totalBytes + added > maxBytes * MAX_TOTAL_FACTOR) return refused(503, 'too many large bodies at once');
    return undefined;
  }
}

function joined(chunks: readonly Buffer[]): Buffer {
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
}
