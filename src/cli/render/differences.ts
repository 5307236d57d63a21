import type { TenantDifference } from '../../domain/amend.js';
import type { EvidenceChange } from '../../domain/evidence-changes.js';
import { clean } from './text.js';

function short(value: unknown): string {
  const text = clean(value === null || value === undefined ? '(none)' : JSON.stringify(value));
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** Every value in which two tenant files, or two revisions of a gate's evidence, differ: `path: before -> after`. */
export function renderDifferences(differences: readonly (TenantDifference | EvidenceChange)[]): string[] {
  return differences.map(({ path, before, after }) => `    ${clean(path)}: ${short(before)} -> ${short(after)}`);
}
