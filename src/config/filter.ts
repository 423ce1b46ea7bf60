/** `server_list.<name>.filter`: which events a server gets, from the tree of the file. */
import { z } from 'zod';
import { printable } from '../support/printable.ts';
import { compileRe2 } from '../support/re2.ts';
import { type Text, text } from '../support/text.ts';
import { SENTENCE } from './scalars.ts';
import type { FieldTest, FilterConfig } from './types.ts';

/** Told where in the filter something is wrong and what is allowed there. */
type Fault = (path: readonly (string | number)[], allowed: Text) => void;

type Path = readonly (string | number)[];

const OPERATORS = ['not', 'prefix', 'suffix', 'contains', 'regex'] as const;

const ALLOWED_VALUE = text`a value or a list of values`;
const ALLOWED_FILTER = text`a map such as {group_id: [123, 456]}`;

/** Longer ones are surely a mistake. */
const MAX_PATTERN_LENGTH = 4096;

/** In the file every scalar is text still, so that ids beyond 2^53 keep their digits. */
export const filterSchema = z
  .unknown()
  .transform((input, context): FilterConfig => {
    const fault: Fault = (path, allowed) =>
      context.addIssue({ code: 'custom', path: [...path], message: String(allowed), params: { [SENTENCE]: allowed } });
    return readFilter(input, [], fault);
  })
  .meta({
    type: 'object',
    examples: [{ post_type: ['message', 'notice'], raw_message: { prefix: '!!' } }],
    errorMessage: 'expected a filter',
  });

/** A map is the conjunction of its members. */
function readFilter(input: unknown, path: Path, fault: Fault): FilterConfig {
  if (!isMap(input)) {
    fault(path, ALLOWED_FILTER);
    return ALL_PASS;
  }
  const parts = Object.entries(input).map(([key, value]): FilterConfig => {
    const at = [...path, key];
    switch (key) {
      case 'any':
      case 'all':
        return { kind: key, of: readFilters(value, at, fault) };
      case 'not':
        return { kind: 'not', of: Array.isArray(value) ? anyOf(value, at, fault) : readFilter(value, at, fault) };
      default:
        if (key.split('.').includes('')) fault(at, text`the name of a field, with dots between those of nested ones`);
        return { kind: 'field', path: key.split('.'), tests: readTests(value, at, fault) };
    }
  });
  const [only] = parts;
  return parts.length === 1 && only !== undefined ? only : { kind: 'all', of: parts };
}

function anyOf(list: readonly unknown[], path: Path, fault: Fault): FilterConfig {
  return { kind: 'any', of: readFilters(list, path, fault) };
}

function readFilters(input: unknown, path: Path, fault: Fault): readonly FilterConfig[] {
  if (Array.isArray(input)) return input.map((item, at) => readFilter(item, [...path, at], fault));
  fault(path, text`a list of filters such as [{group_id: 123}, {user_id: 456}]`);
  return [];
}

/** What is asked of one field: a value, a list of them, or a map of operators that all have to hold. */
function readTests(input: unknown, path: Path, fault: Fault): readonly FieldTest[] {
  if (!isMap(input)) return [{ operator: 'is', values: readValues(input, path, fault) }];
  return Object.entries(input).map(([key, value]): FieldTest => {
    const at = [...path, key];
    const operator = OPERATORS.find((name) => name === key);
    if (operator === undefined) fault(at, text`under an operator: ${OPERATORS.join(', ')}`);
    const values = readValues(value, at, fault);
    if (operator === 'regex') checkPatterns(values, at, fault);
    return { operator: operator ?? 'is', values };
  });
}

function readValues(input: unknown, path: Path, fault: Fault): readonly string[] {
  const values = Array.isArray(input) ? input : [input];
  if (values.every((value) => typeof value === 'string')) return values;
  fault(path, ALLOWED_VALUE);
  return [];
}

function checkPatterns(patterns: readonly string[], path: Path, fault: Fault): void {
  for (const pattern of patterns) {
    if (pattern.length > MAX_PATTERN_LENGTH) {
      fault(path, text`a regular expression of ${MAX_PATTERN_LENGTH} characters at most`);
      continue;
    }
    try {
      compileRe2(pattern);
    } catch (error) {
      const reason = printable(error instanceof Error ? error.message : String(error));
      fault(path, text`a regular expression in the syntax of RE2 (${reason})`);
    }
  }
}

const ALL_PASS: FilterConfig = { kind: 'all', of: [] };

function isMap(input: unknown): input is Readonly<Record<string, unknown>> {
  return typeof input === 'object' && input !== null && !Array.isArray(input);
}
