/**
 * A sentence for a person: written in English where it is said, and found in another language's catalogue by that.
 *
 * Only the console, `ctl`, the command line and the log turn it into words, by a {@link Speak}; until then it stays what it is.
 */
export class Text {
  /** What catalogues know it by: `{0} is paused`. */
  readonly template: string;
  readonly values: readonly TextValue[];

  constructor(template: string, values: readonly TextValue[] = []) {
    this.template = template;
    this.values = values;
  }

  /** In English. */
  toString(): string {
    return fill(this.template, this.values.map(String));
  }

  /** In English too: programs read it. */
  toJSON(): string {
    return this.toString();
  }
}

/** Names, numbers and sentences within sentences. */
export type TextValue = string | number | Text;

/** A sentence, or what is said alike in every language: a name, an address, another program's own words. */
export type Words = Text | string;

/** Says something in the language of whoever reads it. A string is said as it is. */
export type Speak = (words: Words) => string;

/** Where no person reads along, or none has said what he understands. */
export const inEnglish: Speak = String;

/** `` text`${name} is paused` `` */
export function text(parts: TemplateStringsArray, ...values: readonly TextValue[]): Text {
  return new Text(
    parts.reduce((template, part, index) => `${template}{${index - 1}}${part}`),
    values,
  );
}

/** One after the other, with the comma of the language. */
export function listed(items: readonly Words[]): Words {
  return items.length === 0 ? '' : items.reduce((before, item) => text`${before}, ${item}`);
}

/** One after the other, with the semicolon of the language. */
export function remarks(items: readonly Words[]): Words {
  return items.length === 0 ? '' : items.reduce((before, item) => text`${before}; ${item}`);
}

/** Puts the values in the places of `{0}`, `{1}`, ... */
export function fill(template: string, values: readonly string[]): string {
  return template.replace(/\{(\d+)\}/g, (place, index: string) => values[Number(index)] ?? place);
}
