/**
 * The beginning of what a server answered, to be kept with a dead letter: it mostly says why the event was refused.
 *
 * @param mask Takes credentials out of a text.
 * @returns Undefined for an empty answer.
 */
export function answerExcerpt(body: Buffer, mask: (text: string) => string): string | undefined {
  // More than is kept: a credential at the end of the excerpt has to be there as a whole to be known.
  const text = new TextDecoder().decode(body.subarray(0, MAX_LENGTH * 4), { stream: true }).trim();
  return text === '' ? undefined : mask(text).slice(0, MAX_LENGTH).replace(HALF_CHARACTER, '');
}

/** What cutting may leave of a character with two code units. */
const HALF_CHARACTER = /[\ud800-\udbff]$/;

/** Characters. */
const MAX_LENGTH = 1_024;
