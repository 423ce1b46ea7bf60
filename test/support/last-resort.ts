const undo = new Set<() => void>();

/**
 * Has `fn` done when the test process ends before its tests could clean up: by the runner's time limit, a signal or a
 * crash. Without it a child process would live on.
 *
 * @returns Call it once the test has cleaned up itself.
 */
export function asLastResort(fn: () => void): () => void {
  undo.add(fn);
  return () => undo.delete(fn);
}

process.once('exit', () => {
  for (const fn of undo) fn();
});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
  process.once(signal, () => process.exit(1)); // By default a signal ends the process without `exit`.
}
