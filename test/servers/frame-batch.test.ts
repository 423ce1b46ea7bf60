import assert from 'node:assert/strict';
import { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { test } from 'node:test';
import fc from 'fast-check';
import * as ws from 'ws';
import { FrameBatch } from '../../src/servers/websocket/frame-batch.ts';
import { SendRound } from '../../src/servers/websocket/send-round.ts';

// @types/ws lacks it.
const { Receiver } = ws as unknown as { Receiver: new (options: { isServer: boolean }) => Writable };

/** A socket whose kernel takes what it is given at once, or only later. */
class FakeSocket extends Socket {
  readonly #chunks: Buffer[] = [];
  readonly #kept: { chunk: Buffer; done: () => void }[] = [];
  isSlow = false;

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#take(chunk, done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: () => void): void {
    const last = chunks.pop();
    for (const { chunk } of chunks) this.#take(chunk, () => {});
    if (last !== undefined) this.#take(last.chunk, done);
  }

  /** Takes what it was slow to take; its bytes count as they are now. */
  catchUp(): void {
    this.isSlow = false;
    for (const { chunk, done } of this.#kept.splice(0)) this.#take(chunk, done);
  }

  /** The payloads of the frames so far, read by `ws` as a server reads them. */
  payloads(): string[] {
    const payloads: string[] = [];
    const receiver = new Receiver({ isServer: true });
    receiver.on('message', (data: Buffer) => payloads.push(data.toString()));
    receiver.on('error', (error) => assert.fail(error));
    receiver.write(Buffer.concat(this.#chunks));
    return payloads;
  }

  #take(chunk: Buffer, done: () => void): void {
    if (this.isSlow) {
      this.#kept.push({ chunk, done });
    } else {
      this.#chunks.push(Buffer.from(chunk));
      done();
    }
  }
}

class Link {
  readonly socket = new FakeSocket();
  readonly #suffix: string;
  readonly #batch: FrameBatch;
  written = 0;

  constructor(suffix: string) {
    this.#suffix = suffix;
    this.#batch = new FrameBatch(Buffer.from(suffix));
  }

  send(round: SendRound, bodies: readonly Buffer[]): string[] {
    for (const body of bodies) this.#batch.add(round.bodies.of(body));
    this.#batch.writeTo(this.socket, {
      round,
      writeBehind: () => {},
      onWritten: () => {
        this.written += 1;
      },
    });
    return bodies.map((body) => `${body}${this.#suffix}`);
  }
}

const bodyOf = (length: number): Buffer => Buffer.from(`{"n":${'1234567'.repeat(length).slice(0, length)}`);
const round = fc.record({
  lengths: fc.array(fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constant(65_530), fc.constant(70_000)), {
    maxLength: 6,
  }),
  /** How many of the bodies each link sends, and whether its kernel dawdles. */
  links: fc.array(fc.record({ of: fc.integer({ min: 0, max: 6 }), isSlow: fc.boolean() }), {
    minLength: 4,
    maxLength: 4,
  }),
});

test('every link sends its bodies with its own suffix, whoever sent the same before, and however slow its socket is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(round, { minLength: 1, maxLength: 4 }), async (rounds) => {
      const shared = new SendRound();
      const links = [',"server":"a"}', ',"server":"b"}', '', ',"server":"长"}'].map((suffix) => new Link(suffix));
      const expected: string[][] = links.map(() => []);
      for (const { lengths, links: parts } of rounds) {
        const bodies = lengths.map(bodyOf);
        shared.begin();
        links.forEach((link, n) => {
          const part = parts[n] ?? assert.fail();
          link.socket.isSlow ||= part.isSlow;
          expected[n]?.push(...link.send(shared, bodies.slice(0, part.of)));
        });
        shared.clear();
      }
      for (const { socket } of links) socket.catchUp();
      await new Promise((resolve) => setImmediate(resolve));
      assert.deepEqual(
        links.map(({ socket }) => socket.payloads()),
        expected,
      );
    }),
    { numRuns: 150 },
  );
});

test('a batch is reported as written when its last frame has left', async () => {
  const shared = new SendRound();
  const link = new Link('}');
  link.socket.isSlow = true;
  shared.begin();
  link.send(shared, [bodyOf(10), bodyOf(20)]);
  assert.equal(link.written, 0);
  link.socket.catchUp();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(link.written, 1);
});
