import type { RE2JS } from 're2js';

/** One search of a filter: a pattern in a field. Equal searches of several servers are one object. */
export interface Search {
  readonly pattern: RE2JS;
  /** Instructions of the pattern: how many steps one character takes at worst. */
  readonly size: number;
}

/** The fields of one event, by their paths. */
export type Fields = (path: readonly string[]) => string | undefined;

/** Whether an event passes; undefined while that hangs on a search that is put off. */
export type EventFilter = (event: FilteredEvent) => boolean | undefined;

/**
 * One event as the filters of all servers see it. They share what their searches may cost, since the whole bridge waits for
 * them: a stranger who writes a long text chooses the cost, and the number of servers multiplies it.
 *
 * A search that may take long is put off until all filters have been asked, since another condition often settles a filter
 * without it. Then it is worked out how large a search may be, and the filters that need one are asked again. So the order of
 * the servers has no say in who finds something.
 */
export class FilteredEvent {
  readonly #fields: Fields;
  /** Made with the first search: most filters have none. */
  #found: Map<Search, boolean> | undefined;
  /** The searches that the filter being asked would like to make, and their steps. */
  #wanted: Map<Search, number> | undefined;
  /** Undefined until all filters have been asked once. */
  #maxSteps: number | undefined;

  constructor(fields: Fields) {
    this.#fields = fields;
  }

  /** Whether the event passes each of the filters. */
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

  /** Whether the search finds something in the text of its field; undefined while it is put off. */
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
 * How large a search may be, so that all up to that size together stay below {@link MAX_STEPS}. Searches of equal size are
 * treated alike.
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

/** Of one event, for all servers: a search takes a step for each character and instruction at worst, about 0.1 s for so many. */
const MAX_STEPS = 2_000_000;

/** A search of up to so many steps is always made: a short message has to be found whatever the other servers search for. */
const SMALL_STEPS = 20_000;
