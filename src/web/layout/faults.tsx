import type { Fault } from '../../domain/faults.js';

/** Faults of what was handed in: where, what, and what would be right. */
export function Faults({ faults }: { readonly faults: readonly Fault[] }) {
  return (
    <ul>
      {faults.map(({ path, problem, line, suggestion, allowed }) => (
        <li>
          {line === undefined ? '' : `line ${line}: `}
          {path === '' ? null : <code>{path}</code>} {problem}
          {suggestion === undefined ? '' : `; did you mean ${suggestion}?`}
          {allowed === undefined ? null : <span class="soft"> allowed: {allowed.slice(0, 12).join(', ')}</span>}
        </li>
      ))}
    </ul>
  );
}
