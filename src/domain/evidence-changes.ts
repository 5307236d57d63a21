/** One value of the evidence that is not what it was: `before` or `after` is undefined where there was nothing. */
export interface EvidenceChange {
  /** Such as `creatives[open-day].text`. */
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

function named(value: unknown, index: number): string {
  if (typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string') return value.id;
  return String(index);
}

function leaves(value: unknown, path: string, into: Map<string, string>): Map<string, string> {
  if (Array.isArray(value)) {
    for (const [index, each] of value.entries()) leaves(each, `${path}[${named(each, index)}]`, into);
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) leaves(each, path === '' ? key : `${path}.${key}`, into);
  } else into.set(path, typeof value === 'string' ? value : JSON.stringify(value));
  return into;
}

/** What differs between two revisions' evidence, by path; entries of lists are matched by their id. */
export function evidenceChanges(before: unknown, after: unknown): EvidenceChange[] {
  const old = leaves(before, '', new Map());
  const fresh = leaves(after, '', new Map());
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .filter((path) => old.get(path) !== fresh.get(path))
    .map((path) => ({ path, before: old.get(path), after: fresh.get(path) }));
}
