/** One thing that a reload does. */
export interface Step {
  readonly name: string;
  run(): void | Promise<void>;
  /** Restores the former state. Has to work even if `run` has failed half-way. */
  undo(): void | Promise<void>;
}

export interface StepOptions {
  /** Called around each step. Tests let it throw. */
  readonly watch?: StepWatcher | undefined;
  /** Called when an undo fails. The other undos still run. */
  readonly onUndoFailed: (step: string, error: unknown) => void;
}

export type StepWatcher = (step: string, when: 'before' | 'after') => void;

/**
 * Runs the steps in their order. When one throws, undoes it and all steps before it, the last first.
 *
 * @throws The error of the step, after the undos.
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
