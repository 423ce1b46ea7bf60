/**
 * Names of actions as policies and limits read them.
 *
 * OneBot 11, `api/README.md`: every action also exists with the suffixes `_async` and `_rate_limited`. Implementations
 * differ in what else they let pass (a leading dot or slash, camel case), so a name is brought to one spelling first.
 */
export interface ActionName {
  /** In small letters and snake case, without dots and slashes at its ends. */
  readonly written: string;
  /** The same without suffixes: what the call does. */
  readonly plain: string;
}

export function readActionName(action: string): ActionName {
  const written = trimmed(action)
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();
  let plain = written;
  for (;;) {
    const suffix = SUFFIXES.find((ending) => plain.endsWith(ending));
    if (suffix === undefined) return { written, plain };
    plain = trimmed(plain.slice(0, -suffix.length));
  }
}

const SUFFIXES = ['_async', '_rate_limited'] as const;

/** Loops, since a regular expression would take quadratic time for a hostile name. */
function trimmed(name: string): string {
  let start = 0;
  let end = name.length;
  while (start < end && isEdge(name.charCodeAt(start))) start += 1;
  while (end > start && isEdge(name.charCodeAt(end - 1))) end -= 1;
  return name.slice(start, end);
}

/** Control characters and blanks, dots and slashes. */
function isEdge(code: number): boolean {
  return code <= 0x20 || code === 0x2e || code === 0x2f || code === 0x5c;
}
