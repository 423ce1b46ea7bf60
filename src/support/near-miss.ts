/** The name that was probably meant: another spelling (`accessToken`, `server-list`), or a slip of a letter or two. */
export function nearMiss(typed: string, names: readonly string[]): string | undefined {
  const word = bare(typed);
  const best = names
    .map((name) => ({ name, slips: slipsBetween(word, bare(name)) }))
    .sort((one, other) => one.slips - other.slips)[0];
  return best !== undefined && best.slips <= Math.min(3, Math.max(1, Math.floor(word.length / 4)))
    ? best.name
    : undefined;
}

function bare(name: string): string {
  // A key can be as long as the file, and each comparison takes the product of both lengths.
  return name
    .slice(0, 80)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '');
}

/** Letters put in, left out, changed or swapped with their neighbour (optimal string alignment distance). */
function slipsBetween(one: string, other: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = one[row - 1] === other[column - 1];
      const isSwap = one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1];
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (isSame ? 0 : 1),
        isSwap ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, other.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
