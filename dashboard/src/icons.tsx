import type { JSX } from 'preact';

const PATHS = {
  sun: 'M8 1v1.500M8 13.500V15M1 8h1.500M13.5 8H15M3 3l1 1M12 12l1 1M13 3l-1 1M4 12l-1 1M8 4.800a3.2 3.2 0 1 1 0 6.4 3.2 3.2 0 0 1 0-6.4',
  moon: 'M13.5 9.500A5.8 5.8 0 0 1 6.5 2.500a5.8 5.8 0 1 0 7 7',
  system: 'M2 3h12v8H2zM6 14h4M8 11v3',
  leave: 'M6 2.500H3v11h3M10 5l3 3-3 3M13 8H6',
  pause: 'M5.5 3.500v9M10.5 3.500v9',
  play: 'M5 3.200v9.600L12.5 8z',
  again: 'M13 8a5 5 0 1 1-1.5-3.600M13 2v3h-3',
  close: 'M4 4l8 8M12 4l-8 8',
  send: 'M2.5 8h10M8.5 4l4 4-4 4',
  bin: 'M3 4.500h10M6 4V2.500h4V4M4.5 4.500l.5 9h6l.5-9',
  copy: 'M5.5 5.500h7v7h-7zM3.5 10.500v-7h7',
  left: 'M10 3.500L5.5 8l4.5 4.5',
} as const;

/** Decoration: what it stands for is said beside it, or by a label. */
export function Icon({ name }: { readonly name: keyof typeof PATHS }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}

/** The bridge. */
export function Mark(): JSX.Element {
  return (
    <svg class="mark" viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <path d="M4 22h24M7 22c4-12 14-12 18 0M7 22v4M25 22v4M12 15v7M20 15v7M16 13v9" />
    </svg>
  );
}
