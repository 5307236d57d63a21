import { STEP_OF_GATE } from '../../../contract/checklist.js';
import type { GateStatus, OnboardingStatus, StepStatus } from '../../../contract/status.js';
import { SKIPPABLE } from '../../../domain/checklist.js';
import { addressIn, CopyField } from '../../layout/linked.js';
import { SAYS_OF_GATE } from '../../layout/words.js';
import { namesTikToksPage } from './tiktoks-page.js';
import { type FormVerb, TestCodeForm, VerbForm } from './verb-form.js';

export interface MendingProps {
  readonly status: OnboardingStatus;
  readonly step: StepStatus;
  readonly csrfToken: string;
  readonly operates: boolean;
}

/** The open gate at which a step waits, if it does. */
export function openGateOf({ gates }: OnboardingStatus, { id, state }: StepStatus): GateStatus | undefined {
  return state === 'waiting_on' ? gates.find((gate) => gate.state === 'open' && STEP_OF_GATE[gate.id] === id) : undefined;
}

/** What a person can do about a step now: decide, hand in, amend, try again, leave out. The first is what mends it. */
export function Mending({ status, step, csrfToken, operates }: MendingProps) {
  const { slug } = status;
  const open = openGateOf(status, step);
  const ended = status.state === 'live' || status.state === 'cancelled' || status.state === 'cancelling';
  const waits = step.state === 'parked' || step.state === 'waiting_on';
  const mend = step.failure?.mend ?? step.note;
  const wantsCode = operates && waits && step.id === 'pixel' && mend.includes('test-event-code');
  const wantsAmend = operates && waits && mend.includes('kobi amend');
  const asksClient = step.state === 'waiting_on' && step.ball === 'client';
  const address = asksClient && namesTikToksPage(step) ? addressIn(step.note) : undefined;
  const verbs: readonly FormVerb[] = SKIPPABLE.has(step.id) ? ['retry', 'skip'] : ['retry'];
  return (
    <>
      {open === undefined ? null : (
        <p>
          <a class="button" href={`/tenants/${slug}/gates/${open.id}`}>
            Look at {SAYS_OF_GATE[open.id]} and decide
          </a>
        </p>
      )}
      {address === undefined ? null : <CopyField label="The client opens" value={address} />}
      {asksClient && operates ? (
        <p>
          <a class="button" href={`/tenants/${slug}/links`}>
            Hand the client a link
          </a>
        </p>
      ) : null}
      {wantsCode ? <TestCodeForm slug={slug} csrfToken={csrfToken} /> : null}
      {wantsAmend ? (
        <p>
          <a class="button" href={`/tenants/${slug}/amend`}>
            Amend the tenant
          </a>
        </p>
      ) : null}
      {operates && waits && !ended && open === undefined ? (
        step.state === 'parked' ? (
          <VerbForm slug={slug} csrfToken={csrfToken} step={step.id} verbs={verbs} />
        ) : (
          <details>
            <summary>Act on this step</summary>
            <VerbForm slug={slug} csrfToken={csrfToken} step={step.id} verbs={verbs} />
          </details>
        )
      ) : null}
    </>
  );
}
