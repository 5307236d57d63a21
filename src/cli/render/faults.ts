import type { Fault } from '../../domain/faults.js';

const ALLOWED_SHOWN = 12;

/** Faults as a person reads them, in the file's order: `file:line:column path: problem`, what is allowed, what was probably meant. */
export function renderFaults(faults: readonly Fault[], file: string): string {
  const inOrder = [...faults].sort((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0));
  return inOrder
    .flatMap(({ path, problem, allowed = [], suggestion, line, column }) => {
      const where = line === undefined ? file : `${file}:${line}:${column ?? 1}`;
      const more = allowed.length > ALLOWED_SHOWN ? `, and ${allowed.length - ALLOWED_SHOWN} more` : '';
      return [
        `${where}  ${path === '' ? '' : `${path}: `}${problem}`,
        ...(suggestion === undefined ? [] : [`    did you mean: ${suggestion}`]),
        ...(allowed.length === 0 ? [] : [`    allowed: ${allowed.slice(0, ALLOWED_SHOWN).join(', ')}${more}`]),
      ];
    })
    .join('\n');
}
