import assert from 'node:assert/strict';
import { after } from 'node:test';
import { eventually } from './eventually.ts';

const WATCHED = ['TCPSocketWrap', 'TCPServerWrap', 'TCPWRAP', 'ProcessWrap', 'FSEventWrap'];

/**
 * Call once at the top of a test file: fails the file when sockets, listeners, children or file watchers outlive its
 * tests.
 */
export function failOnLeaks(): void {
  after(async () => {
    const check = (): void => {
      const left = process.getActiveResourcesInfo().filter((kind) => WATCHED.includes(kind));
      assert.deepEqual(left, [], 'handles outlive the tests of this file');
    };
    try {
      await eventually(check, { deadlineMs: 5_000 });
    } catch (error) {
      setTimeout(() => process.exit(1), 1_000); // Else what leaked holds the process until the runner's time limit.
      throw error;
    }
  });
}
