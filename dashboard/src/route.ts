import { signal } from '@preact/signals';

export const VIEWS = ['live', 'inspector', 'dead', 'log', 'config'] as const;

export type View = (typeof VIEWS)[number];

export const view = signal<View>(viewOf(location.hash));

addEventListener('hashchange', () => {
  view.value = viewOf(location.hash);
});

function viewOf(hash: string): View {
  return VIEWS.find((name) => hash === `#/${name}`) ?? 'live';
}
