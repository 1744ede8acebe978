/**
 * Edit distance in which two swapped neighbours count as one edit, the commonest slip of the fingers. Ends early once it must
 * exceed `limit`, and returns limit + 1 then.
 */
export function editDistance(left: string, right: string, limit: number): number {
  if (Math.abs(left.length - right.length) > limit) return limit + 1;
  let beforePrevious: readonly number[] = [];
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    let best = row;
    for (let column = 1; column <= right.length; column++) {
      const cost = left[row - 1] === right[column - 1] ? 0 : 1;
      const swapped =
        row > 1 && column > 1 && left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      const value = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + cost,
        swapped ? (beforePrevious[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
      current.push(value);
      best = Math.min(best, value);
    }
    if (best > limit) return limit + 1;
    beforePrevious = previous;
    previous = current;
  }
  return previous[right.length] ?? limit + 1;
}

/** Whether the shorter name is cut from the longer one: the same beginning, and its other letters in the same order. */
function isAbbreviation(left: string, right: string): boolean {
  const [short, long] = left.length <= right.length ? [left, right] : [right, left];
  let common = 0;
  while (common < short.length && short[common] === long[common]) common++;
  if (common < Math.max(4, 0.7 * short.length)) return false;
  let at = common;
  for (const letter of short.slice(common)) {
    at = long.indexOf(letter, at) + 1;
    if (at === 0) return false;
  }
  return true;
}

/**
 * The existing name a dangling reference probably meant, or null. Close means at most a third of the length in edits,
 * or one name containing the other whole (`db` and `db-primary`) or abbreviating it (`db-creds` and `db-credentials`).
 */
export function nearMiss(wanted: string, existing: Iterable<string>): string | null {
  let best: string | null = null;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 0.5;
  for (const candidate of [...existing].sort()) {
    if (candidate === wanted) continue;
    let distance = editDistance(wanted, candidate, Math.floor(bestDistance));
    const contained = candidate.includes(wanted) || wanted.includes(candidate);
    if (contained && Math.min(candidate.length, wanted.length) >= 3) distance = Math.min(distance, 1.4);
    else if (isAbbreviation(wanted, candidate)) distance = Math.min(distance, 1.45);
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}
