import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Environment } from '../config/environment.ts';
import { formatFault } from '../config/findings.ts';
import { DEFAULT_CONFIG_FILE, writeDefaultConfig } from '../config/home.ts';
import { languageOfEnvironment } from '../config/language.ts';
import { type LoadRequest, loadConfig } from '../config/load.ts';
import { speakIn } from '../language/speak.ts';
import { Voice } from '../language/voice.ts';
import { LmdbStore } from '../log/embedded/lmdb-store.ts';
import { OperatorConsole } from '../operator/console/operator-console.ts';
import { ControlListener } from '../operator/control/control-listener.ts';
import { controlPaths } from '../operator/control/control-paths.ts';
import type { BridgeStatus } from '../operator/types.ts';
import { BridgeError } from '../support/errors.ts';
import type { Logger } from '../support/logger.ts';
import { text } from '../support/text.ts';
import { Telemetry } from '../telemetry/telemetry.ts';
import { logUncaught } from '../telemetry/uncaught.ts';
import { Bridge, type BridgeOptions } from './bridge.ts';
import { firstScreen } from './first-screen.ts';
import { secretsOf } from './secrets.ts';

export interface DaemonOptions {
  /** Default `config/config.yml`; written with defaults when it is missing. */
  readonly configFile?: string;
  /** Absolute, over the config. */
  readonly dataDir?: string;
  readonly logDir?: string;
  /** Default `process.env`. */
  readonly env?: Environment;
  /** Leaves out the control socket outside the data folder. Default false. */
  readonly hasLocalControlOnly?: boolean;
  /** Begun when the bridge has started. What it returns is called when that has stopped. */
  readonly beside?: (bridge: RunningBridge, logger: Logger) => Promise<() => Promise<void>>;
}

/** What the demo sees of the bridge that it runs beside. */
export interface RunningBridge {
  status(): BridgeStatus;
  /** A link that opens the dashboard and logs in, once. Undefined while the admin listener is off. */
  dashboardLink(): string | undefined;
  stop(reason: string): void;
}

/**
 * Runs the bridge in this process until it is stopped: config, log, signals and console around it.
 *
 * @returns The exit status: 0 stopped as asked, 1 failed, 2 faulty config.
 */
export async function runDaemon(options: DaemonOptions): Promise<number> {
  const { configFile = DEFAULT_CONFIG_FILE, env, dataDir, logDir } = options;
  const overrides = { ...(dataDir === undefined ? {} : { dataDir }), ...(logDir === undefined ? {} : { logDir }) };
  const written = await writeMissingConfig(configFile, env);
  const request: LoadRequest = { file: configFile, overrides, ...(env === undefined ? {} : { env }) };
  const loaded = await loadConfig(request);
  const voice = new Voice(loaded.language);
  if (loaded.kind === 'faulty') {
    const lines = [...loaded.warnings, ...loaded.faults.map(formatFault)];
    for (const line of lines) process.stderr.write(`${voice.speak(line)}\n`);
    return 2;
  }
  const telemetry = new Telemetry(loaded.config.log, { speak: voice.speak, holdsFile: true });
  telemetry.setSecrets(secretsOf(loaded.config));
  const { logger } = telemetry;
  if (written) logger.info('a config with defaults has been written', { file: configFile });
  for (const warning of loaded.warnings) logger.warn(warning);
  try {
    const { port, dataDir: data } = loaded.config;
    const fixed = { host: port.host, port: port.port, dataDir: data };
    const load = () => loadConfig({ ...request, mayBeEmpty: false, fixed });
    return await runBridge({ config: loaded.config, configFile, load, telemetry, voice }, options);
  } catch (error) {
    if (!(error instanceof BridgeError)) throw error;
    logger.error(error.sentence, { code: error.code });
    return error.exitStatus;
  } finally {
    await telemetry.close();
    // Only fires if something still holds the process then.
    setTimeout(() => process.exit(), LINGER_MS).unref();
  }
}

const LINGER_MS = 1_000;

/** True when there was none and it has been written. */
async function writeMissingConfig(file: string, env: Environment | undefined): Promise<boolean> {
  if (existsSync(file)) return false;
  try {
    await writeDefaultConfig(file, speakIn(languageOfEnvironment(env)));
    return true;
  } catch (error) {
    throw new BridgeError('CONFIG_UNREADABLE', text`${file} is missing and can't be written: ${String(error)}`, {
      cause: error,
    });
  }
}

async function runBridge(
  options: Omit<BridgeOptions, 'store'>,
  { beside, hasLocalControlOnly }: DaemonOptions,
): Promise<number> {
  const { telemetry, voice } = options;
  const { logger } = telemetry;
  const store = await openStore(options);
  const bridge = new Bridge({ ...options, store });
  const signals = new Signals(bridge, logger);
  signals.listen();
  await bridge.start();
  for (const line of firstScreen(bridge.status())) logger.info(line);
  const endBeside = await beside?.(bridge, logger);
  const console = new OperatorConsole({
    bridge,
    logger,
    speak: voice.speak,
    logLines: telemetry,
    interrupt: () => signals.stop('ctrl-C'),
    input: process.stdin,
    output: process.stdout,
  });
  console.start();
  const paths = controlPaths(options.configFile, options.config.dataDir);
  const control = new ControlListener({
    bridge,
    paths: hasLocalControlOnly === true ? paths.slice(0, 1) : paths,
    logger,
    speak: voice.speak,
  });
  await control.start();
  await bridge.stopped;
  await endBeside?.();
  console.stop();
  await control.stop();
  logger.info('stopped');
  return signals.status;
}

/**
 * Opens the event log, and then begins the log file. Opening the event log shows that no other bridge runs in this
 * home. Each start moves the log file away, and a running bridge would still be writing it.
 */
async function openStore({ config, configFile, telemetry }: Omit<BridgeOptions, 'store'>): Promise<LmdbStore> {
  const { dataDir } = config;
  const { logger } = telemetry;
  try {
    const store = await LmdbStore.open({ dataDir, configFile: resolve(configFile), logger });
    telemetry.beginFile();
    return store;
  } catch (error) {
    if (!(error instanceof BridgeError && error.code === 'STORE_IN_USE')) telemetry.beginFile();
    throw error;
  }
}

/** What the process hears from outside: SIGINT and SIGTERM stop in order, a second one at once; SIGHUP reloads. */
class Signals {
  readonly #bridge: Bridge;
  readonly #logger: Logger;
  #stopping = false;
  /** What the process ends with: 1 after an error that nobody caught. */
  status = 0;

  constructor(bridge: Bridge, logger: Logger) {
    this.#bridge = bridge;
    this.#logger = logger;
  }

  listen(): void {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => this.stop(signal));
    if (process.platform === 'win32') {
      // There it means that the console window is being closed, and ctrl-break comes as SIGBREAK.
      for (const signal of ['SIGHUP', 'SIGBREAK'] as const) process.on(signal, () => this.stop(signal));
    } else {
      process.on('SIGHUP', () => void this.#reload());
    }
    for (const origin of ['uncaughtException', 'unhandledRejection'] as const) {
      process.on(origin, (error: unknown) => {
        logUncaught(this.#logger, error, origin);
        this.status = 1;
        this.#bridge.stop(origin);
      });
    }
  }

  stop(reason: string): void {
    if (this.#stopping) process.exit(1);
    this.#stopping = true;
    this.#bridge.stop(reason);
  }

  async #reload(): Promise<void> {
    const outcome = await this.#bridge.reload();
    if (outcome.kind === 'applied') return;
    for (const fault of outcome.faults) this.#logger.error(text`the config is not taken: ${fault}`);
  }
}
