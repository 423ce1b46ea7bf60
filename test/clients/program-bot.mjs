// A bot that is a program of its own (programs.mjs), told by lines on its input what to report. It has the face of SimulatedBot.
import { application } from './harness.mjs';

export class ProgramBot {
  #program;
  #eventId = 0;

  /** Starts it; it takes `--self_id`, `--port` and what else is given. */
  static async start(scope, script, args) {
    const bot = new ProgramBot();
    bot.#program = await application(scope, script, { name: script, ...args });
    return bot;
  }

  get port() {
    return this.#program.port;
  }

  /** Each message it was told to send, in order: `{text, messageId}`. */
  get sent() {
    return this.#program.of('sent').map(({ text, message_id: messageId }) => ({ text, messageId }));
  }

  /** Quick operations it was told to carry out, as they came. */
  get quick() {
    return this.#program.of('quick').map(({ operation }) => operation);
  }

  /** Reports a group message with a new id, which it gives back. */
  say(text) {
    this.#eventId += 1;
    this.#program.write(JSON.stringify({ say: text, id: this.#eventId }));
    return this.#eventId;
  }

  /** Breaks its connections. */
  drop() {
    this.#program.write(JSON.stringify({ drop: true }));
  }
}
