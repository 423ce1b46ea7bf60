import { effect, signal } from '@preact/signals';
import { type Catalogue, en } from './en.ts';
import { remember, remembered } from './remembered.ts';
import { zh } from './zh.ts';

export type Language = 'en' | 'zh';

const CATALOGUES: Readonly<Record<Language, Catalogue>> = { en, zh };

/** What was chosen on this page before, else what the browser prefers. */
export const language = signal<Language>(firstLanguage());

effect(() => {
  document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en';
});

export function switchLanguage(): void {
  language.value = language.value === 'en' ? 'zh' : 'en';
  remember('language', language.value);
}

/** Says something in the language that is chosen; whoever renders it is rendered anew when that changes. */
export function t(key: keyof Catalogue, ...values: readonly (string | number)[]): string {
  return CATALOGUES[language.value][key].replace(/\{(\d)\}/g, (_, index: string) =>
    String(values[Number(index)] ?? ''),
  );
}

function firstLanguage(): Language {
  const chosen = remembered('language');
  if (chosen === 'en' || chosen === 'zh') return chosen;
  return navigator.languages
    .find((name) => /^(en|zh)\b/i.test(name))
    ?.toLowerCase()
    .startsWith('zh')
    ? 'zh'
    : 'en';
}
