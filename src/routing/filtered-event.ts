import type { RE2JS } from 're2js';

/** One search of a filter: a pattern in a field. Servers with equal searches share one object. */
export interface Search {
  readonly pattern: RE2JS;
  /** The number of instructions of the pattern. One character takes at most so many steps. */
  readonly size: number;
}

/** The fields of one event, by their paths. */
export type Fields = (path: readonly string[]) => string | undefined;

/** Whether an event passes. Undefined while this depends on a postponed search. */
export type EventFilter = (event: FilteredEvent) => boolean | undefined;

/**
 * One event as the filters of all servers see it. All filters together have one limit for their searches, because the
 * whole bridge waits for them: a stranger decides how long a text is, and each server adds its searches.
 *
 * A search that may take long is postponed until all filters were asked, since another condition often decides a filter
 * without it. Then the class computes how large a search may be, and asks the undecided filters again. So the result
 * does not depend on the order of the servers.
 */
export class FilteredEvent {
  readonly #fields: Fields;
  /** Made for the first search, since most filters have none. */
  #found: Map<Search, boolean> | undefined;
  /** The postponed searches of the filter that is asked now, with their steps. */
  #wanted: Map<Search, number> | undefined;
  /** The largest number of steps of one search. Undefined until all filters were asked once. */
  #maxSteps: number | undefined;

  constructor(fields: Fields) {
    this.#fields = fields;
  }

  /** Whether the event passes, for each of the filters. */
  passes(filters: readonly EventFilter[]): readonly boolean[] {
    let needed: Map<Search, number> | undefined;
    const verdicts = filters.map((filter) => {
      const verdict = filter(this);
      if (this.#wanted === undefined) return verdict;
      if (verdict === undefined) needed = new Map([...(needed ?? []), ...this.#wanted]);
      this.#wanted = undefined;
      return verdict;
    });
    this.#maxSteps = needed === undefined ? 0 : largestThatFits([...needed.values()]);
    return verdicts.map((verdict, at) => verdict ?? filters[at]?.(this) === true);
  }

  text(path: readonly string[]): string | undefined {
    return this.#fields(path);
  }

  /** Whether the search finds the pattern in the text of its field. Undefined while the search is postponed. */
  finds(search: Search, text: string): boolean | undefined {
    this.#found ??= new Map();
    const known = this.#found.get(search);
    if (known !== undefined) return known;
    const steps = search.size * text.length;
    if (steps > SMALL_STEPS && this.#maxSteps === undefined) {
      this.#wanted ??= new Map();
      this.#wanted.set(search, steps);
      return undefined;
    }
    const isAllowed = steps <= Math.max(SMALL_STEPS, this.#maxSteps ?? 0);
    const isFound = isAllowed && search.pattern.matcher(text).find();
    this.#found.set(search, isFound);
    return isFound;
  }
}

/**
 * The largest size of a search, so that all searches up to this size together stay within {@link MAX_STEPS}. Searches
 * of equal size are all made, or none is.
 */
function largestThatFits(steps: readonly number[]): number {
  const ascending = [...steps].sort((one, other) => one - other);
  let sum = 0;
  let allowed = 0;
  for (const [at, each] of ascending.entries()) {
    sum += each;
    if (sum > MAX_STEPS) break;
    if (ascending[at + 1] !== each) allowed = each;
  }
  return allowed;
}

/**
 * Limit for the searches of one event, for all servers together. A search takes at most one step for each character and
 * instruction. So many steps take about 0.1 s.
 */
const MAX_STEPS = 2_000_000;

/**
 * A search with at most so many steps is always made, so that searches of other servers can't keep a filter from
 * finding a short message.
 */
const SMALL_STEPS = 20_000;
