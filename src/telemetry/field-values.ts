import { inspect } from 'node:util';
import { BridgeError } from '../support/errors.ts';
import type { LogFields } from '../support/logger.ts';
import { type Speak, Text } from '../support/text.ts';

/** A field as it is printed. */
export type FieldValue = string | number | boolean | null;

export interface FieldOptions {
  /** Takes credentials out and cuts to the given length. */
  readonly redact: (text: string, maxLength: number) => string;
  /** Says sentences among the values. */
  readonly speak: Speak;
  /** Whether errors bring their stack along. */
  readonly stacks: boolean;
}

const MAX_LENGTH = 1_000;
const MAX_STACK_LENGTH = 4_000;
const MAX_CAUSES = 4;

const SECRET_KEYS = /^(?:access_?token|token|authorization|secret|password|x-?signature|signature)$/i;

/** Turns the fields of a line into short, credential-free values; an error becomes its message and its code. */
export function fieldValues(fields: LogFields, options: FieldOptions): Record<string, FieldValue> {
  const values: Record<string, FieldValue> = {};
  for (const [key, value] of Object.entries(withErrorFields(fields, options))) {
    if (value === undefined) continue;
    values[key] = SECRET_KEYS.test(key) ? '***' : fieldValue(key, value, options);
  }
  return values;
}

function fieldValue(key: string, value: unknown, options: FieldOptions): FieldValue {
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  return options.redact(textOf(value, options.speak), key === 'stack' ? MAX_STACK_LENGTH : MAX_LENGTH);
}

function withErrorFields(fields: LogFields, options: FieldOptions): LogFields {
  const error = Object.values(fields).find((value) => value instanceof Error);
  if (error === undefined) return fields;
  return {
    ...(error instanceof BridgeError ? error.fields : {}),
    ...fields,
    code: fields['code'] ?? codeOf(error),
    ...(options.stacks ? { stack: error.stack } : {}),
  };
}

function textOf(value: unknown, speak: Speak): string {
  if (value instanceof Text) return speak(value);
  if (typeof value === 'string') return value;
  if (value instanceof Error) return errorText(value, speak);
  if (value instanceof Date || value instanceof URL) return String(value.toJSON());
  if (ArrayBuffer.isView(value)) return `<${value.byteLength} bytes>`;
  if (typeof value !== 'object') return String(value);
  return inspect(value, {
    depth: 3,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 20,
    maxStringLength: MAX_LENGTH,
    customInspect: false,
  });
}

/** The messages of an error and of what caused it: `fetch failed` alone tells the operator nothing. */
function errorText(error: Error, speak: Speak): string {
  const messages = causeChain(error).map((each) => messageOf(each, speak));
  return messages.filter((message, index) => message !== '' && !messages[index - 1]?.includes(message)).join(': ');
}

/** Node's error for a host of several addresses has no message of its own. */
function messageOf(error: Error, speak: Speak): string {
  if (error instanceof BridgeError) return speak(error.sentence);
  if (error.message !== '') return error.message;
  if (error instanceof AggregateError) return error.errors.slice(0, MAX_CAUSES).map(String).join('; ');
  return error.name;
}

function codeOf(error: Error): unknown {
  return causeChain(error).find(hasCode)?.code;
}

function hasCode(error: Error): error is Error & { code: string } {
  return 'code' in error && typeof error.code === 'string';
}

function causeChain(error: Error): Error[] {
  const chain = [error];
  for (let next = error.cause; next instanceof Error && chain.length < MAX_CAUSES; next = next.cause) chain.push(next);
  return chain;
}
