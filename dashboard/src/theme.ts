import { computed, effect, signal } from '@preact/signals';
import { remember, remembered } from './remembered.ts';

export type Theme = 'system' | 'light' | 'dark';

const THEMES = ['system', 'light', 'dark'] as const;

export const theme = signal<Theme>(THEMES.find((name) => name === remembered('theme')) ?? 'system');

const systemIsDark = signal(matchMedia('(prefers-color-scheme: dark)').matches);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', (event) => {
  systemIsDark.value = event.matches;
});

/** For what is drawn on a canvas. */
export const isDark = computed(() => (theme.value === 'system' ? systemIsDark.value : theme.value === 'dark'));

effect(() => {
  document.documentElement.dataset['theme'] = isDark.value ? 'dark' : 'light';
});

export function nextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] ?? 'system';
  remember('theme', theme.value);
}
