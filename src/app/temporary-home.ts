import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BridgeError, errorWords } from '../support/errors.ts';
import { text } from '../support/text.ts';

/** A home for one run: a folder for temporary files that goes with the process, however that ends. */
export class TemporaryHome {
  readonly configFile: string;
  readonly #folder: string;
  readonly #onExit = () => this.remove();
  readonly #onSignal = () => process.exit(1);

  /** @throws BridgeError HOME_UNWRITABLE */
  constructor(config: Readonly<Record<string, unknown>>) {
    try {
      this.#folder = mkdtempSync(join(tmpdir(), 'qqbridge-demo-'));
      process.on('exit', this.#onExit);
      for (const signal of SIGNALS) process.on(signal, this.#onSignal);
      this.configFile = join(this.#folder, 'config.yml');
      writeFileSync(this.configFile, `${JSON.stringify(config, undefined, 2)}\n`, { mode: 0o600 });
    } catch (error) {
      const words = text`no temporary folder can be made: ${errorWords(error)}`;
      throw new BridgeError('HOME_UNWRITABLE', words, { cause: error });
    }
  }

  /** From now on the bridge stops at a signal, and the process ends by itself. */
  bridgeTakesSignals(): void {
    for (const signal of SIGNALS) process.off(signal, this.#onSignal);
  }

  remove(): void {
    this.bridgeTakesSignals();
    process.off('exit', this.#onExit);
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
