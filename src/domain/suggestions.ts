/** Edits between two words, in code points: a letter put in, left out or replaced, or two neighbours swapped, count one each. */
function distance(from: readonly string[], to: readonly string[]): number {
  let before: readonly number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [row, letter] of from.entries()) {
    const current = [row + 1];
    for (const [column, other] of to.entries()) {
      const edits = [(previous[column] ?? 0) + (letter === other ? 0 : 1), (previous[column + 1] ?? 0) + 1, (current[column] ?? 0) + 1];
      const swapped = column > 0 && letter === to[column - 1] && other === from[row - 1];
      current.push(Math.min(...edits, ...(swapped ? [(before[column - 1] ?? 0) + 1] : [])));
    }
    before = previous;
    previous = current;
  }
  return previous[to.length] ?? 0;
}

/** One spelling for comparing: camelCase, hyphens, blanks and capitals do not count. */
function plain(word: string): string {
  return word
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, '');
}

/**
 * The allowed word that was probably meant, for faults that say "did you mean". A word may differ in a third of its letters.
 * @returns undefined when nothing is near enough
 */
export function nearest(word: string, allowed: readonly string[]): string | undefined {
  if (word.length > 60) return undefined;
  const written = [...plain(word)];
  const limit = Math.max(1, Math.floor(written.length / 3));
  const ranked = allowed
    .filter((candidate) => Math.abs(plain(candidate).length - written.length) <= limit)
    .map((candidate) => ({ candidate, far: distance(written, [...plain(candidate)]) }))
    .sort((a, b) => a.far - b.far || (a.candidate < b.candidate ? -1 : 1));
  const [best] = ranked;
  return best && best.far <= limit ? best.candidate : undefined;
}
