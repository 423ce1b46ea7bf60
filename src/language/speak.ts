import type { Language } from '../config/types.ts';
import { inEnglish, type Speak, type Words } from '../support/text.ts';
import { CHINESE } from './zh.ts';

/** Speaks one language for good: for a program that ends soon. */
export function speakIn(language: Language): Speak {
  return language === 'zh' ? speakChinese : inEnglish;
}

/** What the catalogue lacks is said in English. */
function speakChinese(words: Words): string {
  if (typeof words === 'string') return words;
  const { template, values } = words;
  const sentence = Object.hasOwn(CHINESE, template) ? (CHINESE[template] ?? template) : template;
  // Every second part is the number of a place.
  const parts = sentence.split(/\{(\d+)\}/).map((part, index) => {
    const value = index % 2 === 0 ? part : (values[Number(part)] ?? `{${part}}`);
    return typeof value === 'number' ? String(value) : speakChinese(value);
  });
  return parts.reduce(withSpace);
}

/** Chinese and Latin stand apart by a space; which of them a value begins or ends with, no template can know. */
function withSpace(before: string, after: string): string {
  const isBorder =
    (/\p{Script=Han}$/u.test(before) && /^[\w"'<{[/~*.-]/.test(after)) ||
    (/[\w"'>}\]/~*%]$/.test(before) && /^\p{Script=Han}/u.test(after));
  return isBorder ? `${before} ${after}` : before + after;
}
