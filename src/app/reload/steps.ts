/** One thing that a reload does. */
export interface Step {
  readonly name: string;
  run(): void | Promise<void>;
  /** Brings back what was before, however far `run` came. */
  undo(): void | Promise<void>;
}

export interface StepOptions {
  /** Called around each step; a test makes it throw. */
  readonly watch?: StepWatcher | undefined;
  /** An undo has failed itself; the other ones are still run. */
  readonly onUndoFailed: (step: string, error: unknown) => void;
}

export type StepWatcher = (step: string, when: 'before' | 'after') => void;

/**
 * Runs the steps in their order. When one throws, it and all before it are undone, the last first.
 *
 * @throws What the step threw, after that.
 */
export async function runSteps(steps: readonly Step[], { watch, onUndoFailed }: StepOptions): Promise<void> {
  const begun: Step[] = [];
  try {
    for (const step of steps) {
      begun.unshift(step);
      watch?.(step.name, 'before');
      await step.run();
      watch?.(step.name, 'after');
    }
  } catch (error) {
    for (const step of begun) {
      try {
        await step.undo();
      } catch (undoError) {
        onUndoFailed(step.name, undoError);
      }
    }
    throw error;
  }
}
