import { stripVTControlCharacters } from 'node:util';

function width(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}

/** Rows in aligned columns, two blanks apart; the last column is not padded. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const all = head.length > 0 ? [head, ...rows] : rows;
  const widths = all.reduce<number[]>((widest, row) => row.map((cell, column) => Math.max(widest[column] ?? 0, width(cell))), []);
  return all.map((row) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell + ' '.repeat((widths[column] ?? 0) - width(cell))))
      .join('  ')
      .trimEnd(),
  );
}
