// A real terminal: tmux keeps a screen as a person sees it, and types as one does.
import { execFileSync } from 'node:child_process';
import { root } from './install.mjs';

const ENDED = 'the command ended with ';

export class Terminal {
  /** A tmux server of its own, so that nobody's sessions are touched. */
  #socket = `qqbridge-${process.pid}-${Math.random().toString(36).slice(2)}`;

  /** Runs a command in a window of that size, which stays open when the command ends. */
  constructor(scope, { command, columns, rows = 40, env = {} }) {
    scope.after(() => this.#tmux('kill-server'));
    const settings = Object.entries(env).map(([key, value]) => `${key}=${value}`);
    const words = ['env', ...settings, 'sh', '-c', `"$@"; echo "${ENDED}$?"; sleep 600`, 'sh', ...command];
    const size = ['-x', String(columns), '-y', String(rows)];
    this.#tmux('-u', '-f', '/dev/null', 'new-session', '-d', ...size, '-c', root, ...words);
  }

  /** The lines on the screen, without blanks at their ends and the empty ones below. */
  get screen() {
    return this.#tmux('capture-pane', '-p')
      .split('\n')
      .map((line) => line.trimEnd())
      .join('\n')
      .trimEnd()
      .split('\n');
  }

  /** Types characters as they are. */
  type(characters) {
    this.#tmux('send-keys', '-l', characters);
  }

  /** Presses keys by tmux's names: `Enter`, `Tab`, `Up`, `C-c`. */
  press(...keys) {
    this.#tmux('send-keys', ...keys);
  }

  paste(characters) {
    this.#tmux('set-buffer', characters);
    this.#tmux('paste-buffer', '-r');
  }

  /** Clears the screen, as ctrl-L does. */
  clear() {
    this.#tmux('send-keys', '-R');
    this.#tmux('clear-history');
  }

  resize(columns, rows = 40) {
    this.#tmux('resize-window', '-x', String(columns), '-y', String(rows));
  }

  /** The exit status of the command, which a shell prints behind its output; undefined while it runs. */
  get exitStatus() {
    const status = this.screen.findLast((line) => line.startsWith(ENDED));
    return status === undefined ? undefined : Number(status.slice(ENDED.length));
  }

  #tmux(...args) {
    return execFileSync('tmux', ['-L', this.#socket, ...args], { encoding: 'utf8', timeout: 10_000 });
  }
}
