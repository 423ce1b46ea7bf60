import { type Catalogue, en } from './en.ts';
import { zh } from './zh.ts';

export type Language = 'en' | 'zh';

export const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en, zh };

/** Puts the values into the places `{0}`, `{1}` of a catalogue's sentence. */
export function filled(sentence: string, values: readonly (string | number)[]): string {
  return sentence.replace(/\{(\d)\}/g, (_, index: string) => String(values[Number(index)] ?? ''));
}

export interface LanguageSources {
  /** The language that the reader chose on this page before. */
  readonly chosen: string | null;
  /** The language that the daemon's config or locale names. */
  readonly named?: string | undefined;
  /** The languages that the browser prefers, the best first. */
  readonly preferred: readonly string[];
}

/** Decides the language in which the page starts. */
export function startLanguage({ chosen, named, preferred }: LanguageSources): Language {
  const known = [chosen, named].find((language) => language === 'en' || language === 'zh');
  if (known === 'en' || known === 'zh') return known;
  const first = preferred.find((name) => /^(en|zh)\b/i.test(name));
  return first?.toLowerCase().startsWith('zh') ? 'zh' : 'en';
}

/** `12s`, `4m`, `3h 20m`, `2d 4h`; `12 秒`, `4 分钟`, `3 小时 20 分钟`, `2 天 4 小时`. */
export function spanIn(language: Language, ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [minutes, hours, days] = [seconds / 60, seconds / 3_600, seconds / 86_400].map(Math.floor) as [
    number,
    number,
    number,
  ];
  const say = (unit: 'days' | 'hours' | 'minutes' | 'seconds', count: number) =>
    filled(CATALOGUES[language][unit], [count]);
  if (days > 0) return `${say('days', days)} ${say('hours', hours % 24)}`;
  if (hours > 0) return `${say('hours', hours)} ${say('minutes', minutes % 60)}`;
  return minutes > 0 ? say('minutes', minutes) : say('seconds', seconds);
}
