import type { Language } from '../config/types.ts';
import { fill, inEnglish, type Speak, type Words } from '../support/text.ts';
import { CHINESE } from './zh.ts';

/** The sentences of a language by their English templates. */
export type Catalogue = Readonly<Record<string, string>>;

/** Speaks one language for good: a program that ends soon. */
export function speakIn(language: Language): Speak {
  return language === 'zh' ? speakFrom(CHINESE) : inEnglish;
}

/** What a catalogue lacks is said in English. */
export function speakFrom(catalogue: Catalogue): Speak {
  const speak = (words: Words): string => {
    if (typeof words === 'string') return words;
    const { template, values } = words;
    const sentence = Object.hasOwn(catalogue, template) ? (catalogue[template] ?? template) : template;
    return fill(
      sentence,
      values.map((value) => (typeof value === 'number' ? String(value) : speak(value))),
    );
  };
  return speak;
}
