/** One half of a surrogate pair: JSON carries it, canonical JSON and PostgreSQL do not. */
const HALF = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** Whether every text in a JSON value can be hashed and stored; a message that cannot would stop the run that took it in. */
export function hasWholeCharacters(value: unknown): boolean {
  if (typeof value === 'string') return !HALF.test(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([name, member]) => hasWholeCharacters(name) && hasWholeCharacters(member));
}

export const HALF_CHARACTER = 'holds half of a character';
