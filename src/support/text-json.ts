import { Text, type TextValue } from './text.ts';

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

export function readTexts(json: string): unknown {
  return JSON.parse(json, (_key, value: unknown) => (isMarked(value) ? new Text(value[MARK], value.values) : value));
}

function isMarked(value: unknown): value is { readonly [MARK]: string; readonly values: readonly TextValue[] } {
  return typeof value === 'object' && value !== null && MARK in value;
}
