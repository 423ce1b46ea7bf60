// A bot that is a program (programs.mjs). Lines on its input tell it what to report. It has the methods of
// SimulatedBot.
import { application } from './harness.mjs';

export class ProgramBot {
  #program;
  #eventId = 0;

  /** Starts the program with `--self_id`, `--port` and the given options. */
  static async start(scope, script, args) {
    const bot = new ProgramBot();
    bot.#program = await application(scope, script, { name: script, ...args });
    return bot;
  }

  get port() {
    return this.#program.port;
  }

  /** The messages that the bot was called to send, in order: `{text, messageId}`. */
  get sent() {
    return this.#program.of('sent').map(({ text, message_id: messageId }) => ({ text, messageId }));
  }

  /** The quick operations that the bot was called to carry out. */
  get quick() {
    return this.#program.of('quick').map(({ operation }) => operation);
  }

  /** Reports a group message with a new id. Returns the id. */
  say(text) {
    this.#eventId += 1;
    this.#program.write(JSON.stringify({ say: text, id: this.#eventId }));
    return this.#eventId;
  }

  /** Breaks the bot's connections. */
  drop() {
    this.#program.write(JSON.stringify({ drop: true }));
  }
}
