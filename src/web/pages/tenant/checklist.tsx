import type { GateStatus, OnboardingStatus, StepStatus } from '../../../contract/status.js';
import { FAILURES } from '../../../contract/failures.js';
import { whatIsAsked } from '../../../domain/gate-asks.js';
import { type Standing, standingOf } from '../../../domain/step-standing.js';
import { tiktokScreen } from '../../../domain/tiktok-screens.js';
import { Instant } from '../../layout/instants.js';
import { Linked } from '../../layout/linked.js';
import { namesTikToksPage } from './tiktoks-page.js';
import { SAYS_OF_BALL, SAYS_OF_STEP, sayId } from '../../layout/words.js';
import { Mending, openGateOf } from './mending.js';

export interface ChecklistProps {
  readonly status: OnboardingStatus;
  readonly csrfToken: string;
  readonly operates: boolean;
  readonly zone: string;
  readonly now: Date;
}

/** The groups in the order of who is needed most, and what each means. */
const GROUPS: readonly (readonly [standing: Standing, heading: string, tone: 'good' | 'bad' | 'wait' | 'soft'])[] = [
  ['error', 'Errors: a person must mend these', 'bad'],
  ['past due', 'Past due: expected earlier than now', 'bad'],
  ['currently due', 'Currently due: Kobi must act', 'wait'],
  ['pending', 'Pending: with the client or TikTok', 'wait'],
  ['in progress', 'In progress', 'soft'],
  ['upcoming', 'Upcoming', 'soft'],
  ['complete', 'Complete', 'good'],
  ['not needed', 'Not needed', 'soft'],
  ['undone', 'Undone', 'soft'],
];

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
            {sayId(kind)}{' '}
            {screen === undefined ? (
              <code>{id}</code>
            ) : (
              <a href={screen} rel="noreferrer">
                <code>{id}</code> at TikTok
              </a>
            )}
          </>
        );
      })}
    </p>
  );
}

/** The message holds words of others, TikTok's and the tenant's websites': an address in it is no link of ours. */
function Failure({ failure }: { readonly failure: NonNullable<StepStatus['failure']> }) {
  return (
    <>
      <p>
        <strong>{FAILURES[failure.code].sentence}</strong> {failure.message}
      </p>
      <p class="soft">
        {failure.requestId === undefined || failure.requestId === '' ? '' : `TikTok’s request ${failure.requestId} · `}
        <code>{failure.mend}</code>
      </p>
    </>
  );
}

/** What a step says of itself; at an open gate, what the gate asks. */
function Note({ step, gate }: { readonly step: StepStatus; readonly gate: GateStatus | undefined }) {
  if (gate !== undefined) return <>{whatIsAsked(gate.id, gate.evidence)}</>;
  return namesTikToksPage(step) ? <Linked text={step.note} /> : <>{step.note}</>;
}

function Step({ step, ids, ...props }: ChecklistProps & { readonly step: StepStatus; readonly ids: Readonly<Record<string, string>> }) {
  const { status, zone, now, csrfToken, operates } = props;
  return (
    <tr>
      <th scope="row">{SAYS_OF_STEP[step.id]}</th>
      <td data-label="Ball">{step.ball === null ? '–' : SAYS_OF_BALL[step.ball]}</td>
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
        {step.failure === null ? <Note step={step} gate={openGateOf(status, step)} /> : <Failure failure={step.failure} />}
        {step.expects === undefined ? null : (
          <p class="soft">
            {step.expects.what}: by <Instant at={step.expects.by} zone={zone} now={now} />
          </p>
        )}
        <Ids step={step} ids={ids} />
        <Mending status={status} step={step} csrfToken={csrfToken} operates={operates} />
      </td>
    </tr>
  );
}

/** The ten steps, grouped by who is needed, each with its ball, its clock, its ids and what mends it. */
export function Checklist(props: ChecklistProps) {
  const { status, now } = props;
  const ids = Object.fromEntries(status.steps.flatMap((step) => Object.entries(step.remoteIds)));
  return (
    <div class="scroll">
      <table class="stack">
        <thead>
          <tr>
            <th scope="col">Step</th>
            <th scope="col">Ball</th>
            <th scope="col">Since</th>
            <th scope="col" class="number">
              Tries
            </th>
            <th scope="col">What</th>
          </tr>
        </thead>
        {GROUPS.map(([standing, heading, tone]) => {
          const steps = status.steps.filter((step) => standingOf(step, now) === standing);
          return steps.length === 0 ? null : (
            <tbody>
              <tr class="group">
                <th scope="rowgroup" colspan={5} class={tone}>
                  {heading} ({steps.length})
                </th>
              </tr>
              {steps.map((step) => (
                <Step step={step} ids={ids} {...props} />
              ))}
            </tbody>
          );
        })}
      </table>
    </div>
  );
}
