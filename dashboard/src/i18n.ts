import { effect, signal } from '@preact/signals';
import { CATALOGUES, filled, type Language, startLanguage } from './catalogues.ts';
import type { Catalogue } from './en.ts';
import { remember, remembered } from './remembered.ts';

export const language = signal<Language>(languageWith(undefined));

effect(() => {
  document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en';
});

export function switchLanguage(): void {
  language.value = language.value === 'en' ? 'zh' : 'en';
  remember('language', language.value);
}

/** Takes up the language that the daemon names. The reader's own choice comes first. */
export function offerLanguage(named: string | undefined): void {
  language.value = languageWith(named);
}

/** Says something in the language that is chosen; whoever renders it is rendered anew when that changes. */
export function t(key: keyof Catalogue, ...values: readonly (string | number)[]): string {
  return filled(CATALOGUES[language.value][key], values);
}

function languageWith(named: string | undefined): Language {
  return startLanguage({ chosen: remembered('language'), named, preferred: navigator.languages });
}
