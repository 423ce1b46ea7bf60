import { type Speak, Text, type TextValue } from './text.ts';

/** Marks an object that stands for a sentence. */
const MARK = 'qqbridge/text';

/** JSON in which sentences stay sentences, for a program of ours that says them in its own language. */
export function writeTexts(value: unknown): string {
  return JSON.stringify(value, function replace(this: unknown, key: string, plain: unknown) {
    // `plain` is what `toJSON` has made English of.
    const original = (this as Readonly<Record<string, unknown>>)[key];
    return original instanceof Text ? { [MARK]: original.template, values: [...original.values] } : plain;
  });
}

/**
 * JSON in which each sentence is given in several languages: `{"en": "...", "zh": "..."}`, for a page whose reader can
 * switch the language.
 */
export function writeSpoken(value: unknown, speakers: Readonly<Record<string, Speak>>): string {
  const languages = Object.entries(speakers);
  return JSON.stringify(value, function replace(this: unknown, key: string, plain: unknown) {
    const original = (this as Readonly<Record<string, unknown>>)[key];
    if (!(original instanceof Text)) return plain;
    return Object.fromEntries(languages.map(([language, speak]) => [language, speak(original)]));
  });
}

export function readTexts(json: string): unknown {
  return JSON.parse(json, (_key, value: unknown) => (isMarked(value) ? new Text(value[MARK], value.values) : value));
}

function isMarked(value: unknown): value is { readonly [MARK]: string; readonly values: readonly TextValue[] } {
  return typeof value === 'object' && value !== null && MARK in value;
}
