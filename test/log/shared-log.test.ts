import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { LmdbStore } from '../../src/log/embedded/lmdb-store.ts';
import { MemoryStore } from '../../src/log/memory-store.ts';
import { SharedLog } from '../../src/log/shared-log.ts';
import { silentLogger } from '../../src/support/logger.ts';
import { type LogBounds, type LogEngine, testBounds, testCursors } from '../conformance/event-log.ts';
import { testRegrouping } from '../conformance/event-log-regrouping.ts';

const inMemory: LogEngine = {
  name: 'in memory',
  durable: false,
  open: async (t: TestContext, { maxMemoryBytes, ...bounds }: LogBounds) => {
    const log = new SharedLog({
      store: new MemoryStore(),
      boundsOf: () => bounds,
      maxMemoryBytes,
      logger: silentLogger,
    });
    t.after(() => log.close());
    return log;
  },
};

const onLmdb: LogEngine = {
  name: 'on LMDB',
  durable: true,
  open: async (t: TestContext, { maxMemoryBytes, ...bounds }: LogBounds) => {
    const dir = mkdtempSync(join(tmpdir(), 'qqbridge-log-'));
    const store = await LmdbStore.open({ dataDir: dir, configFile: 'config.yml', logger: silentLogger });
    const log = new SharedLog({ store, boundsOf: () => bounds, maxMemoryBytes, logger: silentLogger });
    t.after(async () => {
      await log.close();
      rmSync(dir, { recursive: true });
    });
    return log;
  },
};

for (const engine of [inMemory, onLmdb]) {
  testCursors(engine);
  testBounds(engine);
  testRegrouping(engine);
}
