import type { Speak } from '../../support/text.ts';
import type { CommandResult } from '../command.ts';
import { stateWords } from '../state-words.ts';

const ESCAPE = '\u001b[';
const STYLES = { bold: '1', red: '31', green: '32', yellow: '33' } as const;

type Style = keyof typeof STYLES;

/** States of bots, links and of the daemon, where they fill a cell of a table. */
const STATES: ReadonlyMap<string, Style> = new Map([
  ...['up', 'online', 'ready', 'durable'].map((state) => [state, 'green'] as const),
  ...['waiting', 'connecting', 'closing', 'starting', 'stopping', 'paused'].map((state) => [state, 'yellow'] as const),
  ...['offline', 'failing', 'stopped'].map((state) => [state, 'red'] as const),
]);

/** Column heads: capitals alone, and more than one of them. */
const HEAD = /^\p{Lu}[\p{Lu}\d ]*$/u;

/** Colours the lines of an answer for a terminal. Their width stays as it is: a table is cut before. */
export function paintAnswer(kind: CommandResult['kind'], lines: readonly string[], speak: Speak): readonly string[] {
  if (kind === 'wrong') return lines.map((line) => painted('yellow', line));
  if (kind === 'failed') return lines.map((line) => painted('red', line));
  const styles = new Map([...STATES].map(([state, style]) => [speak(stateWords(state)), style]));
  return lines.map((line) => {
    if (HEAD.test(line) && line.includes('  ')) return painted('bold', line);
    return line
      .split(/( {2,})/)
      .map((cell) => painted(styles.get(cell), cell))
      .join('');
  });
}

function painted(style: Style | undefined, text: string): string {
  return style === undefined ? text : `${ESCAPE}${STYLES[style]}m${text}${ESCAPE}0m`;
}
