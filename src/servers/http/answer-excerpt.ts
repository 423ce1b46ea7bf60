/**
 * The beginning of a server's answer, which is kept with a dead letter: it often says why the server refused the event.
 *
 * @param mask Masks credentials in a text.
 * @returns Undefined for an empty answer.
 */
export function answerExcerpt(body: Buffer, mask: (text: string) => string): string | undefined {
  // Reads more than is kept: a credential at the end of the excerpt can only be recognised as a whole.
  const text = new TextDecoder().decode(body.subarray(0, MAX_LENGTH * 4), { stream: true }).trim();
  return text === '' ? undefined : mask(text).slice(0, MAX_LENGTH).replace(HALF_CHARACTER, '');
}

/** The first half of a character with two code units, which a cut may leave. */
const HALF_CHARACTER = /[\ud800-\udbff]$/;

/** In characters. */
const MAX_LENGTH = 1_024;
