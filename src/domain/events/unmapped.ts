import type { EventSource } from '../../contract/events.js';
import { nearest } from '../suggestions.js';
import { DEFAULT_MAP, hasTarget } from './default-map.js';
import { RETIRED_NAMES } from './names.js';

export interface Suggestion {
  readonly text: string;
  /** A name of the map that was probably meant. */
  readonly near: string | null;
}

/** Names that are remembered; a sender of endless new names must not fill our memory. */
const REMEMBERED = 1_000;

function choices(name: string, source: EventSource): string {
  const map = `map: { ${/^[\w-]+$/.test(name) ? name : JSON.stringify(name)}: EVENT }`;
  return source === 'offline'
    ? `${map} or ignore it; offline events are never custom`
    : `${map}, accept it as a custom event, or ignore it`;
}

function suggest(source: EventSource, name: string, near: string | undefined, means: string | undefined): string {
  if (near !== undefined && means !== undefined)
    return `did you mean ${near} (${means})? Names are case-sensitive: mend the sender, or ${choices(name, source)}`;
  if (RETIRED_NAMES.has(name)) return `TikTok has retired ${name}; ${choices(name, source)}`;
  const known = DEFAULT_MAP.get(name);
  if (!known) return choices(name, source);
  return hasTarget(known)
    ? `TikTok has no such event on ${source}; ${choices(name, source)}`
    : `no standard event of TikTok means the same; ${choices(name, source)}`;
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[ _-]/g, '');
}

/** The known name that was probably meant; of `purchase` and `Purchase`, the one in the manner of what was written. */
function nearName(name: string, known: readonly string[]): string | undefined {
  const near = nearest(name, known);
  if (near === undefined) return undefined;
  const small = /^[a-z]/.test(name);
  return known.find((other) => plain(other) === plain(near) && /^[a-z]/.test(other) === small) ?? near;
}

/** Suggestions for names of one source, each thought out once. */
export function createSuggestions(
  source: EventSource,
  known: readonly string[],
  meaning: (name: string) => string | undefined,
): (name: string) => Suggestion {
  const remembered = new Map<string, Suggestion>();
  return (name) => {
    const before = remembered.get(name);
    if (before) return before;
    const near = DEFAULT_MAP.has(name) ? undefined : nearName(name, known);
    const suggestion = { text: suggest(source, name, near, near === undefined ? undefined : meaning(near)), near: near ?? null };
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(name, suggestion);
    return suggestion;
  };
}

export interface UnmappedName {
  readonly name: string;
  readonly source: EventSource;
  readonly count: number;
  readonly suggestion: string;
}

/** Counts unmapped events by source and name; beyond a thousand names, the rest are counted together as `(other names)`. */
export function createUnmappedCount(): {
  add(source: EventSource, name: string, suggestion: string): void;
  readonly names: () => UnmappedName[];
} {
  const counts = new Map<string, { name: string; source: EventSource; count: number; suggestion: string }>();
  return {
    add(source, name, suggestion) {
      const key = `${source} ${name}`;
      const full = counts.size >= REMEMBERED && !counts.has(key);
      const row = counts.get(full ? `${source} (other names)` : key);
      if (row) row.count += 1;
      else if (full)
        counts.set(`${source} (other names)`, { name: '(other names)', source, count: 1, suggestion: 'map, accept or ignore them' });
      else counts.set(key, { name, source, count: 1, suggestion });
    },
    names: () => [...counts.values()].sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1)),
  };
}
