import type { GateStatus } from '../../../contract/status.js';
import { REFUSAL_SENTENCES } from '../../../domain/gate-policy.js';
import { mayDecide, type Person } from '../../../domain/people.js';

export interface WhoMayProps {
  readonly slug: string;
  readonly gate: GateStatus;
  readonly startedBy: string;
  readonly viewer: Person;
  readonly people: readonly Person[];
}

/** Why the viewer may not decide this gate now, or null when they may: the same rule that judges the decision. */
export function whyNot({ slug, gate, startedBy, viewer }: Omit<WhoMayProps, 'people'>, breakGlass = false): string | null {
  const refusal = mayDecide({
    person: viewer,
    gate: gate.id,
    tenant: slug,
    startedBy,
    amendedBy: gate.amendedBy,
    votes: gate.decisions.map((decision) => decision.actor),
    verdict: 'approve',
    breakGlass,
  });
  return refusal === null ? null : REFUSAL_SENTENCES[refusal];
}

/** Who may decide this gate as people.yaml is now, and why the others may not. */
export function WhoMay({ people, ...rest }: WhoMayProps) {
  return (
    <details>
      <summary>Who may decide this, and why not</summary>
      <ul>
        {people
          .filter((person) => person.roles.some((role) => role !== 'viewer'))
          .map((person) => (
            <li>
              <strong>{person.id}</strong>: {whyNot({ ...rest, viewer: person }) ?? 'may decide'}
            </li>
          ))}
      </ul>
    </details>
  );
}
