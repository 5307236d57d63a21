import type { OnboardingStatus, StepStatus } from '../../../contract/status.js';
import { SKIPPABLE } from '../../../domain/checklist.js';
import { type Standing, standingOf } from '../../../domain/step-standing.js';
import { tiktokScreen } from '../../../domain/tiktok-screens.js';
import { Instant } from '../../layout/instants.js';
import { VerbForm } from './verb-form.js';

export interface ChecklistProps {
  readonly status: OnboardingStatus;
  readonly csrfToken: string;
  readonly operates: boolean;
  readonly zone: string;
  readonly now: Date;
}

const TONE: Readonly<Record<Standing, 'good' | 'bad' | 'wait' | 'soft'>> = {
  'past due': 'bad',
  error: 'bad',
  'currently due': 'wait',
  pending: 'wait',
  'in progress': 'soft',
  upcoming: 'soft',
  complete: 'good',
  'not needed': 'soft',
  undone: 'soft',
};

function Ids({ step, ids }: { readonly step: StepStatus; readonly ids: Readonly<Record<string, string>> }) {
  const entries = Object.entries(step.remoteIds);
  if (entries.length === 0) return null;
  return (
    <p class="soft">
      {entries.map(([kind, id], index) => {
        const screen = tiktokScreen(kind, id, ids);
        return (
          <>
            {index === 0 ? '' : ' · '}
            {kind}{' '}
            {screen === undefined ? (
              <code>{id}</code>
            ) : (
              <a href={screen} rel="noreferrer">
                <code>{id}</code>
              </a>
            )}
          </>
        );
      })}
    </p>
  );
}

function Step({ step, ids, ...props }: ChecklistProps & { readonly step: StepStatus; readonly ids: Readonly<Record<string, string>> }) {
  const { status, zone, now, csrfToken, operates } = props;
  const standing = standingOf(step, now);
  const open = status.gates.find((gate) => gate.state === 'open' && step.note.includes(`gate ${gate.id},`));
  const waits = step.state === 'parked' || step.state === 'waiting_on';
  return (
    <tr>
      <th scope="row">{step.id}</th>
      <td data-label="Standing">
        <span class={`state ${TONE[standing]}`}>{standing}</span>
      </td>
      <td data-label="Ball">{step.ball ?? '–'}</td>
      <td data-label="Since">
        <Instant at={step.since} zone={zone} now={now} />
        {step.expectedBy === null ? null : (
          <>
            , expected <Instant at={step.expectedBy} zone={zone} now={now} />
          </>
        )}
      </td>
      <td class="number" data-label="Tries">
        {step.attempts}
      </td>
      <td data-label="What">
        {step.failure === null ? step.note : <strong>{step.failure.message}</strong>}
        {step.failure === null ? null : (
          <p class="soft">
            {step.failure.code}
            {step.failure.requestId === undefined ? '' : ` · TikTok request ${step.failure.requestId}`} · <code>{step.failure.mend}</code>
          </p>
        )}
        {open === undefined ? null : (
          <p>
            <a href={`/tenants/${status.slug}/gates/${open.id}`}>Look and decide</a>
          </p>
        )}
        <Ids step={step} ids={ids} />
        {operates && waits ? (
          <details>
            <summary>Act on this step</summary>
            <VerbForm
              slug={status.slug}
              csrfToken={csrfToken}
              step={step.id}
              verbs={SKIPPABLE.has(step.id) ? ['retry', 'skip'] : ['retry']}
            />
          </details>
        ) : null}
      </td>
    </tr>
  );
}

/** The ten steps in due, pending and error terms, each with its ball, its clock, its ids and what mends it. */
export function Checklist(props: ChecklistProps) {
  const ids = Object.fromEntries(props.status.steps.flatMap((step) => Object.entries(step.remoteIds)));
  return (
    <div class="scroll">
      <table class="stack">
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">Standing</th>
            <th scope="col">Ball</th>
            <th scope="col">Since</th>
            <th scope="col" class="number">
              Tries
            </th>
            <th scope="col">What</th>
          </tr>
        </thead>
        <tbody>
          {props.status.steps.map((step) => (
            <Step step={step} ids={ids} {...props} />
          ))}
        </tbody>
      </table>
    </div>
  );
}
