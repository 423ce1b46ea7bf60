import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { StoreChanges } from '../../src/log/store.ts';
import { text } from '../../src/support/text.ts';
import { notice, tagged } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { FlakyStore } from '../support/flaky-store.ts';
import { freePort } from '../support/free-port.ts';
import { type Gate, gate } from '../support/gate.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { reportByHttp } from '../support/report-by-http.ts';
import { isEvent } from '../support/reports.ts';
import { BridgeUnderTest } from './bridge-under-test.ts';

failOnLeaks();

/** A store whose disk can be made to hang. */
class HangingStore extends FlakyStore {
  /** Commits wait for this gate. */
  gate: Gate | undefined;

  override async commit(changes: StoreChanges): Promise<void> {
    await this.gate?.opened;
    await super.commit(changes);
  }
}

/** A bridge with a server that is away, and its own store. */
async function begin(t: TestContext) {
  const web = await FakeWebSocketServer.start(t);
  await web.stop();
  const [store, port] = [new HangingStore(), await freePort()];
  const config = (name: string) => ({
    host: '127.0.0.1',
    port,
    admin: { enabled: false },
    server_list: { [name]: { host: '127.0.0.1', port: web.port } },
  });
  const under = await BridgeUnderTest.start(t, () => config('first'), store);
  const report = async () => {
    const event = notice();
    const { status } = await reportByHttp({ url: `http://127.0.0.1:${port}/`, body: event });
    return { event, status };
  };
  const serversNow = () =>
    under.bridge
      .status()
      .servers.map(({ name, links }) => [name, links.reduce((sum, each) => sum + each.queuedEvents, 0)]);
  /** Checks which events the server gets when it is back. */
  const expectAt = async (name: string, events: readonly string[]): Promise<void> => {
    await web.listen();
    under.bridge.reconnect(name);
    const link = await web.nextLink();
    await eventually(() => assert.equal(link.frames.all.filter(isEvent).length, events.length));
    const wanted = events.map((event) => tagged(event, name));
    assert.deepEqual(link.frames.all.filter(isEvent), wanted);
  };
  return { under, store, config, report, serversNow, expectAt };
}

/** Settles when a reload is about to write the moved events to disk. */
async function commits(under: BridgeUnderTest): Promise<void> {
  await new Promise<void>((resolve) => {
    under.watch = (step, when) => {
      if (step === 'commit' && when === 'before') resolve();
    };
  });
}

test('while the disk stands still a rename is not answered, what comes waits, and nothing is lost', async (t) => {
  const { under, store, config, report, serversNow, expectAt } = await begin(t);
  const first = await report();
  assert.equal(first.status, 204);
  store.gate = gate();
  under.config = config('second');
  let isAnswered = false;
  const reload = under.bridge.reload().finally(() => {
    isAnswered = true;
  });
  await commits(under);
  const later = report();
  await eventually(() => assert.equal(under.bridge.status().bots.length, 1));
  assert.equal(isAnswered, false);
  store.gate.open();
  store.gate = undefined;
  assert.equal((await reload).kind, 'applied');
  const { event, status } = await later;
  assert.equal(status, 204);
  assert.deepEqual(serversNow(), [['second', 2]]);
  await expectAt('second', [first.event, event]);
});

test('a rename that the disk does not take is refused, undone, and works when it does', async (t) => {
  const { under, store, config, report, serversNow, expectAt } = await begin(t);
  const { event } = await report();
  store.isBroken = true;
  under.config = config('second');
  const refused = await under.bridge.reload();
  assert.equal(refused.kind, 'refused');
  assert.deepEqual(serversNow(), [['first', 1]]);
  assert.equal((await report()).status, 503);
  store.isBroken = false;
  await eventually(() => assert.equal(under.bridge.status().log.kind, 'durable'));
  assert.equal((await under.bridge.reload()).kind, 'applied');
  assert.deepEqual(serversNow(), [['second', 1]]);
  await expectAt('second', [event]);
});

test('of two reloads at once the second waits for the first', async (t) => {
  const { under, config, report, serversNow, expectAt } = await begin(t);
  const { event } = await report();
  const steps: string[] = [];
  under.watch = (step, when) => {
    // A reload reads the config when it begins, so the second reload finds another file.
    if (step === 'secrets' && when === 'before') under.config = config('third');
    if (step === 'config in force') steps.push(when);
  };
  under.config = config('second');
  const outcomes = await Promise.all([under.bridge.reload(), under.bridge.reload()]);
  assert.deepEqual(
    outcomes.map(({ kind }) => kind),
    ['applied', 'applied'],
  );
  assert.deepEqual(steps, ['before', 'after', 'before', 'after']);
  assert.deepEqual(serversNow(), [['third', 1]]);
  await expectAt('third', [event]);
});

test('a stop waits for the reload under way, and one that comes behind it is refused', async (t) => {
  const { under, store, config, report } = await begin(t);
  const { event } = await report();
  under.config = config('second');
  store.gate = gate();
  const reload = under.bridge.reload();
  await commits(under);
  under.bridge.stop('the test wants it');
  const late = under.bridge.reload();
  store.gate.open();
  assert.equal((await reload).kind, 'applied');
  assert.deepEqual(await late, { kind: 'refused', faults: [text`the bridge is stopping`] });
  await under.bridge.stopped;
  const { cursors, events } = store.recover();
  assert.deepEqual(
    [...cursors].map(({ name }) => name),
    ['second/10001'],
  );
  assert.deepEqual(
    [...events].map(({ sequence }) => store.read(sequence)?.bytes.toString()),
    [event],
  );
});
