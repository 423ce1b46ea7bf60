export interface DeadlineOptions {
  /** Default 15 s. */
  readonly deadlineMs?: number;
}

/** What `promise` settles with, or an error that names `what` when it hasn't by the deadline. */
export async function withDeadline<T>(promise: Promise<T>, what: string, options: DeadlineOptions = {}): Promise<T> {
  const { deadlineMs = 15_000 } = options;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${deadlineMs} ms`)), deadlineMs);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
