import type { RE2JS } from 're2js';
import type { FieldTest, FilterConfig } from '../config/types.ts';
import { compileRe2 } from '../support/re2.ts';

/** The fields of one event, by their paths. */
export type Fields = (path: readonly string[]) => string | undefined;

export type EventFilter = (fields: Fields) => boolean;

/**
 * Makes a filter of the config ready for use. A condition on a field that is missing, or no scalar, doesn't hold,
 * whatever its operator. Regular expressions are RE2's, which need time in proportion to text and pattern, and have a bound.
 */
export function compileFilter(filter: FilterConfig): EventFilter {
  switch (filter.kind) {
    case 'all': {
      const parts = filter.of.map(compileFilter);
      return (fields) => parts.every((part) => part(fields));
    }
    case 'any': {
      const parts = filter.of.map(compileFilter);
      return (fields) => parts.some((part) => part(fields));
    }
    case 'not': {
      const part = compileFilter(filter.of);
      return (fields) => !part(fields);
    }
    case 'field': {
      const { path } = filter;
      const tests = filter.tests.map(compileTest);
      return (fields) => {
        const text = fields(path);
        return text !== undefined && tests.every((test) => test(text));
      };
    }
  }
}

/** The first names of all paths that the filter asks for. */
export function fieldNamesIn(filter: FilterConfig): readonly string[] {
  switch (filter.kind) {
    case 'all':
    case 'any':
      return filter.of.flatMap(fieldNamesIn);
    case 'not':
      return fieldNamesIn(filter.of);
    case 'field':
      return filter.path.slice(0, 1);
  }
}

function compileTest({ operator, values }: FieldTest): (text: string) => boolean {
  const set = new Set(values);
  switch (operator) {
    case 'is':
      return (text) => set.has(text);
    case 'not':
      return (text) => !set.has(text);
    case 'prefix':
      return (text) => values.some((value) => text.startsWith(value));
    case 'suffix':
      return (text) => values.some((value) => text.endsWith(value));
    case 'contains':
      return (text) => values.some((value) => text.includes(value));
    case 'regex': {
      const patterns = values.map((value) => compileRe2(value));
      return (text) => patterns.some((pattern) => isFound(pattern, text));
    }
  }
}

function isFound(pattern: RE2JS, text: string): boolean {
  return text.length * pattern.programSize() <= MAX_REGEX_STEPS && pattern.matcher(text).find();
}

/**
 * A search takes a step for each character and instruction at worst: about 0.1 s for so many. In a longer text nothing is found.
 * `^!!(\w+)` has 9 instructions, a list of 100 words some 500.
 */
const MAX_REGEX_STEPS = 2_000_000;
