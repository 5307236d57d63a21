import { nearest } from './suggestions.js';

/** One thing that is wrong with a tenant file, and how to mend it. */
export interface Fault {
  /** Where, in the file's own words: `creatives.0.text`; empty for the file as a whole. */
  readonly path: string;
  readonly problem: string;
  readonly allowed?: readonly string[];
  readonly suggestion?: string;
  /** Counted from 1; only when the fault comes from a file. */
  readonly line?: number;
  readonly column?: number;
}

export type Path = readonly PropertyKey[];

/** A piece of input as it may be shown: short, on one line, with everything but printable ASCII escaped, so that nothing imitates us. */
export function shown(text: string, limit = 60): string {
  const cut = text.length > limit ? `${text.slice(0, limit)}…` : text;
  const quoted = JSON.stringify(cut).replaceAll(/[^ -~…]/g, (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`);
  return quoted;
}

/** A path as people write it; keys that could mislead are quoted. */
export function pathText(path: Path): string {
  return path.map((key) => (typeof key === 'string' && !/^[\w-]{1,60}$/.test(key) ? shown(key, 40) : String(key))).join('.');
}

/** A fault at a path. With `allowed`, the value that was written gets its nearest neighbour as suggestion. */
export function fault(
  path: Path,
  problem: string,
  more: { allowed?: readonly string[]; written?: unknown; suggestion?: string } = {},
): Fault {
  const { allowed, written } = more;
  const near = more.suggestion ?? (allowed && typeof written === 'string' ? nearest(written, allowed) : undefined);
  return { path: pathText(path), problem, ...(allowed ? { allowed } : {}), ...(near === undefined ? {} : { suggestion: near }) };
}
