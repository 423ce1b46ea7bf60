import type { Language } from '../config/types.ts';
import type { Speak, Words } from '../support/text.ts';
import { speakIn } from './speak.ts';

/** What a daemon speaks, which a reload of the config may change: console, `ctl` and log hear of it at their next word. */
export class Voice {
  #speak: Speak;

  constructor(language: Language) {
    this.#speak = speakIn(language);
  }

  readonly speak: Speak = (words: Words) => this.#speak(words);

  change(language: Language): void {
    this.#speak = speakIn(language);
  }
}
