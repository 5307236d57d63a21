import type { TenantDifference } from '../../domain/amend.js';
import { clean } from './text.js';

function short(value: unknown): string {
  const text = clean(value === null ? '(none)' : JSON.stringify(value));
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** Every field in which two tenant files differ: `path: before -> after`. */
export function renderDifferences(differences: readonly TenantDifference[]): string[] {
  return differences.map(({ path, before, after }) => `    ${clean(path)}: ${short(before)} -> ${short(after)}`);
}
