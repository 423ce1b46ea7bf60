import { signal } from '@preact/signals';

/** What the operator looks at more closely. */
export type Selection = { readonly kind: 'bot' | 'server'; readonly name: string } | undefined;

export const selection = signal<Selection>(undefined);

/** Chooses it, or no longer where it is chosen already. */
export function select(next: NonNullable<Selection>): void {
  const { kind, name } = selection.value ?? {};
  selection.value = kind === next.kind && name === next.name ? undefined : next;
}
