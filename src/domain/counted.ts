/** A number with its noun: `1 creative`, `2 creatives`; where more than an s differs, the words for many are given too. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
