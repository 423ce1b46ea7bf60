/** What a fake needs of a test to clean up after itself; node:test's `TestContext` is one. */
export interface Cleanup {
  after(fn: () => Promise<void> | void): void;
}
