import type { IncomingMessage } from 'node:http';
import { type Appended, ByteBudget, GrowingBuffer } from '../support/growing-buffer.ts';
import { text } from '../support/text.ts';
import { type Refusal, refused } from './admission.ts';
import { drain } from './drain.ts';

/** Bytes of bodies that may be in memory at once, over all requests; a request past it is told to come again. */
const MAX_TOTAL_FACTOR = 4;

/**
 * Collects request bodies. Each body has a limit, and all bodies together have one. The caller first refuses all peers
 * that it can refuse by their headers, so that their bodies are never held in memory.
 *
 * A body past a limit is read to its end and thrown away ({@link drain}): a client that is still writing when its
 * connection is closed sees a reset and never the answer.
 */
export class BodyCollector {
  readonly #budget = new ByteBudget(0);

  /**
   * The body, or the refusal that the peer gets. Undefined when the peer went away before the end of the body. Settles
   * when the request has ended, or when {@link drain} has read as much of it as it may. Never rejects.
   */
  read(request: IncomingMessage, maxBytes: number): Promise<Buffer | Refusal | undefined> {
    return new Promise((resolve) => {
      this.#budget.maxBytes = maxBytes * MAX_TOTAL_FACTOR;
      const expectedBytes = announcedBytes(request);
      const body = new GrowingBuffer({ maxBytes, budget: this.#budget, expectedBytes });
      const end = (): void => resolve(body.take());
      // After `end` this changes nothing; before it, the peer went away.
      const abort = (): void => {
        body.clear();
        resolve(undefined);
      };
      const refuse = (refusal: Refusal): void => {
        request.off('data', gather).off('end', end).off('close', abort).off('error', abort);
        request.on('error', ignore);
        body.clear();
        void drain(request, maxBytes).then(() => resolve(refusal));
      };
      const gather = (chunk: Buffer): void => {
        const appended = body.append(chunk);
        if (appended !== 'taken') refuse(refusalOf(appended, maxBytes));
      };
      request.on('close', abort).on('error', abort);
      if (expectedBytes !== undefined && expectedBytes > maxBytes) refuse(refusalOf('too large', maxBytes));
      else request.on('data', gather).on('end', end);
    });
  }
}

/** `close` follows and ends the draining. */
function ignore(): void {}

function refusalOf(appended: Exclude<Appended, 'taken'>, maxBytes: number): Refusal {
  return appended === 'too large'
    ? refused(413, text`larger than max_payload, ${maxBytes} bytes`, text`raise max_payload`)
    : refused(503, text`too many large bodies at once`);
}

/** From `Content-Length`, which Node has checked. Undefined for a chunked body. */
function announcedBytes({ headers }: IncomingMessage): number | undefined {
  const length = headers['content-length'];
  return length === undefined ? undefined : Number(length);
}
