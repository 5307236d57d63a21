import type { GateStatus } from '../../../contract/status.js';
import type { Refusal } from '../../../contract/messages.js';
import { REFUSAL_SENTENCES, refusalOfAnother } from '../../../domain/gate-policy.js';
import { mayDecide, type Person } from '../../../domain/people.js';

export interface WhoMayProps {
  readonly slug: string;
  readonly gate: GateStatus;
  readonly startedBy: string;
  readonly viewer: Person;
  readonly people: readonly Person[];
}

/** The same rule that judges the decision. */
function refusalOf({ slug, gate, startedBy, viewer }: Omit<WhoMayProps, 'people'>, breakGlass = false): Refusal | null {
  return mayDecide({
    person: viewer,
    gate: gate.id,
    tenant: slug,
    startedBy,
    amendedBy: gate.amendedBy,
    votes: gate.decisions.map((decision) => decision.actor),
    verdict: 'approve',
    breakGlass,
  });
}

/** Why the viewer may not decide this gate now, or null when they may. */
export function whyNot(question: Omit<WhoMayProps, 'people'>, breakGlass = false): string | null {
  const refusal = refusalOf(question, breakGlass);
  return refusal === null ? null : REFUSAL_SENTENCES[refusal];
}

function standing(question: Omit<WhoMayProps, 'people'>): string {
  const refusal = refusalOf(question);
  return refusal === null ? 'may decide' : refusalOfAnother(refusal);
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
              <strong>{person.id}</strong>: {standing({ ...rest, viewer: person })}
            </li>
          ))}
      </ul>
    </details>
  );
}
