import type { FieldTest, FilterConfig } from '../config/types.ts';
import { compileRe2 } from '../support/re2.ts';
import type { EventFilter, FilteredEvent, Search } from './filtered-event.ts';

type TextTest = (text: string, event: FilteredEvent) => boolean | undefined;

/**
 * Prepares the filters of a config for use. A condition on a field that is missing, or no scalar, doesn't hold,
 * whatever its operator. Regular expressions use RE2. Its time grows in proportion to text and pattern, and all filters
 * together have a limit ({@link FilteredEvent}).
 */
export class FilterCompiler {
  readonly #searches = new Map<string, Search>();

  /** @throws Error that says what is wrong with a pattern. */
  compile(filter: FilterConfig): EventFilter {
    switch (filter.kind) {
      case 'all': {
        const parts = filter.of.map((part) => this.compile(part));
        return (event) => every(parts, (part) => part(event));
      }
      case 'any': {
        const parts = filter.of.map((part) => this.compile(part));
        return (event) => not(every(parts, (part) => not(part(event))));
      }
      case 'not': {
        const part = this.compile(filter.of);
        return (event) => not(part(event));
      }
      case 'field': {
        const { path } = filter;
        const tests = filter.tests.map((test) => this.#compileTest(path, test));
        return (event) => {
          const text = event.text(path);
          return text !== undefined && every(tests, (test) => test(text, event));
        };
      }
    }
  }

  #compileTest(path: readonly string[], { operator, values }: FieldTest): TextTest {
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
        const searches = values.map((value) => this.#search(path, value));
        return (text, event) => not(every(searches, (search) => not(event.finds(search, text))));
      }
    }
  }

  #search(path: readonly string[], source: string): Search {
    const key = JSON.stringify([path, source]);
    let search = this.#searches.get(key);
    if (search === undefined) {
      const pattern = compileRe2(source);
      search = { pattern, size: pattern.programSize() };
      this.#searches.set(key, search);
    }
    return search;
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

function not(verdict: boolean | undefined): boolean | undefined {
  return verdict === undefined ? undefined : !verdict;
}

/** Whether all parts hold. One part that does not hold decides this, even if other parts are undecided. */
function every<T>(parts: readonly T[], holds: (part: T) => boolean | undefined): boolean | undefined {
  let verdict: boolean | undefined = true;
  for (const part of parts) {
    const one = holds(part);
    if (one === false) return false;
    if (one === undefined) verdict = undefined;
  }
  return verdict;
}
