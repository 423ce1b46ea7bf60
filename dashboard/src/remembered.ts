/** What the page remembers of its user's taste. A browser that keeps nothing only forgets it. */
export function remembered(name: string): string | null {
  try {
    return localStorage.getItem(`qqbridge.${name}`);
  } catch {
    // Storage may be forbidden.
    return null;
  }
}

export function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`qqbridge.${name}`, value);
  } catch {
    // The same.
  }
}
