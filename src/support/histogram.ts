/** Durations counted by bounds, as Prometheus wants them. */
export interface HistogramSnapshot {
  /** Upper bounds in seconds, ascending, and how many durations were at most as long. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
  /** In seconds. */
  readonly sum: number;
  readonly count: number;
}

/** Counts durations. One costs a few comparisons and no memory, since there is one for every delivery. */
export class Histogram {
  readonly #counts = new Array<number>(BOUNDS_SECONDS.length).fill(0);
  #sum = 0;
  #count = 0;

  observe(seconds: number): void {
    this.#sum += seconds;
    this.#count += 1;
    for (let at = 0; at < BOUNDS_SECONDS.length; at += 1) {
      if (seconds > (BOUNDS_SECONDS[at] as number)) continue;
      (this.#counts[at] as number) += 1;
      return;
    }
  }

  snapshot(): HistogramSnapshot {
    let below = 0;
    const buckets = BOUNDS_SECONDS.map((le, at) => {
      below += this.#counts[at] ?? 0;
      return { le, count: below };
    });
    return { buckets, sum: this.#sum, count: this.#count };
  }
}

/** From a delivery on one machine to an event that waited for its server. */
const BOUNDS_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300];
