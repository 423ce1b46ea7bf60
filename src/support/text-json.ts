import { Text, type TextValue } from './text.ts';

/** JSON in which sentences stay sentences, for a program of ours that says them in its own language. */
export function writeTexts(value: unknown): string {
  return JSON.stringify(value, function replace(this: unknown, key: string, plain: unknown) {
    // What `toJSON` has made English of.
    const original = (this as Readonly<Record<string, unknown>>)[key];
    return original instanceof Text ? { template: original.template, values: [...original.values] } : plain;
  });
}

export function readTexts(json: string): unknown {
  return JSON.parse(json, (_key, value: unknown) => {
    const isText = typeof value === 'object' && value !== null && 'template' in value && 'values' in value;
    return isText ? new Text(String(value.template), value.values as readonly TextValue[]) : value;
  });
}
