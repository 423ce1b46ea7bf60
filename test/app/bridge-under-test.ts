import { Writable } from 'node:stream';
import { Bridge } from '../../src/app/bridge.ts';
import type { StepWatcher } from '../../src/app/reload/steps.ts';
import { type LoadOutcome, readConfig } from '../../src/config/load.ts';
import { Voice } from '../../src/language/voice.ts';
import { LmdbStore } from '../../src/log/embedded/lmdb-store.ts';
import type { Store } from '../../src/log/store.ts';
import { silentLogger } from '../../src/support/logger.ts';
import { Telemetry } from '../../src/telemetry/telemetry.ts';
import type { Cleanup } from '../support/cleanup.ts';
import type { ConfigFile } from '../support/daemon.ts';
import { tempHome } from '../support/temp-home.ts';

/** A bridge in this process. A test changes its config and makes its steps fail. */
export class BridgeUnderTest {
  readonly bridge: Bridge;
  readonly voice: Voice;
  readonly telemetry: Telemetry;
  /** The next reload reads this. */
  config: ConfigFile;
  /** Called around each step of a reload. */
  watch: StepWatcher = () => {};

  constructor(file: string, config: ConfigFile, store: Store) {
    this.config = config;
    const first = load(file, config);
    if (first.kind !== 'loaded') throw new Error('the first config is faulty');
    const { port, dataDir, language, log } = first.config;
    const output = new Writable({ write: (_chunk, _encoding, done) => done() }) as unknown as NodeJS.WriteStream;
    this.voice = new Voice(language);
    this.telemetry = new Telemetry(log, { output, speak: this.voice.speak });
    this.bridge = new Bridge({
      config: first.config,
      configFile: file,
      load: async () => load(file, this.config, { host: port.host, port: port.port, dataDir }),
      telemetry: this.telemetry,
      voice: this.voice,
      store,
      watchSteps: (step, when) => this.watch(step, when),
    });
  }

  /** @param ownStore Default: a store on disk. */
  static async start(t: Cleanup, configOf: (dir: string) => ConfigFile, ownStore?: Store): Promise<BridgeUnderTest> {
    const { dir, configFile } = await tempHome(t);
    const config = configOf(dir);
    const first = load(configFile, config);
    if (first.kind !== 'loaded') throw new Error('the first config is faulty');
    const { dataDir } = first.config;
    const store = ownStore ?? (await LmdbStore.open({ dataDir, configFile, logger: silentLogger }));
    const under = new BridgeUnderTest(configFile, config, store);
    t.after(async () => {
      under.bridge.stop('the test is over');
      await under.bridge.stopped;
      await under.telemetry.close();
    });
    await under.bridge.start();
    return under;
  }
}

function load(file: string, config: ConfigFile, fixed?: { host: string; port: number; dataDir: string }): LoadOutcome {
  const text = JSON.stringify(config);
  return readConfig(text, { file, env: { LANG: 'C' }, ...(fixed === undefined ? {} : { fixed }) });
}
