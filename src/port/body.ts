import type { IncomingMessage } from 'node:http';
import { type Refusal, refused } from './admission.ts';

/** Bytes of bodies that may be in memory at once, over all requests; a request past it is told to come again. */
const MAX_TOTAL_FACTOR = 4;

export type BodyOutcome =
  | { readonly kind: 'body'; readonly body: Buffer }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'overloaded' }
  /** The peer went away before it was whole. */
  | { readonly kind: 'aborted' };

/**
 * Collects request bodies within a bound for each and one for all together.
 *
 * A body past a bound is read to its end and thrown away, since a client that is still writing when the connection
 * is closed sees a reset and never the answer.
 */
export class BodyCollector {
  #totalBytes = 0;

  /** The body, or how the request is to be refused; undefined when the peer went away. */
  async read(request: IncomingMessage, maxBytes: number): Promise<Buffer | Refusal | undefined> {
    const outcome = await this.collect(request, maxBytes);
    switch (outcome.kind) {
      case 'body':
        return outcome.body;
      case 'aborted':
        return undefined;
      case 'too-large':
        return refused(413, `larger than max_payload, ${maxBytes} bytes`);
      case 'overloaded':
        return refused(503, 'too many large bodies at once');
    }
  }

  /** Settles when the request is at its end; never rejects. */
  collect(request: IncomingMessage, maxBytes: number): Promise<BodyOutcome> {
    return new Promise((resolve) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      let excess: 'too-large' | 'overloaded' | undefined;
      const settle = (outcome: BodyOutcome): void => {
        this.#totalBytes -= bytes;
        bytes = 0;
        resolve(outcome);
      };
      request.on('data', (chunk: Buffer) => {
        if (excess !== undefined) return;
        if (bytes + chunk.length > maxBytes) excess = 'too-large';
        else if (this.#totalBytes + chunk.length > maxBytes * MAX_TOTAL_FACTOR) excess = 'overloaded';
        if (excess === undefined) {
          bytes += chunk.length;
          this.#totalBytes += chunk.length;
          chunks.push(chunk);
        } else {
          chunks.length = 0;
        }
      });
      request.on('end', () => settle(excess === undefined ? { kind: 'body', body: joined(chunks) } : { kind: excess }));
      const abort = (): void => settle(ABORTED);
      // After `end` this changes nothing; before it, the peer went away.
      request.on('close', abort);
      request.on('error', abort);
    });
  }
}

const ABORTED: BodyOutcome = { kind: 'aborted' };

function joined(chunks: readonly Buffer[]): Buffer {
  const [only] = chunks;
  return chunks.length === 1 && only !== undefined ? only : Buffer.concat(chunks);
}
