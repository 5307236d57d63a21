import type { OnboardingStatus } from '../../../contract/status.js';
import type { LedgerRow } from '../../../domain/ledger-chain.js';
import type { Person } from '../../../domain/people.js';
import { Instant } from '../../layout/instants.js';
import type { BallTime } from '../../../store/ball-times.js';
import { Layout } from '../../layout/layout.js';
import { type Said, SaidNote } from '../../layout/said.js';
import { SAYS_OF_GATE, SAYS_OF_GATE_STATE } from '../../layout/words.js';
import { Live } from '../../live/live.js';
import { openApprovalsWarning } from '../../open-approvals.js';
import { BallClock } from './ball-clock.js';
import { seesClientAnswers } from './client-access.js';
import { ClientLinksPointer } from './client-link-form.js';
import { Checklist } from './checklist.js';
import { Told } from '../../layout/told.js';
import { SAYS_OF_STATE } from './state-words.js';
import { Timeline } from './timeline.js';
import { type FormVerb, VerbForm } from './verb-form.js';

export interface TenantPageProps {
  readonly status: OnboardingStatus;
  /** The newest change when the page began to be made. */
  readonly seen: Date;
  /** Why this is not the run's own word, when it is not. */
  readonly note: string | null;
  readonly rows: readonly LedgerRow[];
  readonly ballTimes: readonly BallTime[];
  readonly viewer: Person;
  readonly operates: boolean;
  readonly csrfToken: string;
  readonly openGates: number;
  readonly zone: string;
  readonly now: Date;
  readonly temporalLink?: string | undefined;
  readonly said?: Said | undefined;
}

function verbsFor(state: OnboardingStatus['state']): FormVerb[] {
  if (state === 'live' || state === 'cancelled' || state === 'cancelling') return [];
  return [state === 'paused' ? 'resume' : 'pause', ...(state === 'parked' ? (['retry'] as const) : []), 'cancel'];
}

function Gates({ status }: Pick<TenantPageProps, 'status'>) {
  if (status.gates.length === 0) return null;
  return (
    <>
      <h2>Gates</h2>
      <ul>
        {status.gates.map((gate) => (
          <li>
            <a href={`/tenants/${status.slug}/gates/${gate.id}`}>{SAYS_OF_GATE[gate.id]}</a>, revision {gate.revision}:{' '}
            {SAYS_OF_GATE_STATE[gate.state]}
          </li>
        ))}
      </ul>
    </>
  );
}

/** One tenant: where it stands, the checklist, what ops can do, and what happened. */
export function TenantPage(props: TenantPageProps) {
  const { status, viewer, csrfToken, zone, now, said } = props;
  const settled = status.steps.filter((step) => step.state === 'done' || step.state === 'skipped').length;
  const verbs = props.operates ? verbsFor(status.state) : [];
  return (
    <Layout
      title={status.slug}
      person={viewer}
      csrfToken={csrfToken}
      openGates={props.openGates}
      here="tenants"
      warning={openApprovalsWarning(status)}
    >
      <h1>
        {status.legalName} <span class="soft">({status.slug})</span>
      </h1>
      <p>
        <strong>{SAYS_OF_STATE[status.state]}</strong> · {settled} of {status.steps.length} steps settled · {status.mode} ·{' '}
        {status.vertical.replaceAll('_', ' ')} · started by {status.startedBy} <Instant at={status.startedAt} zone={zone} now={now} />
        {props.temporalLink === undefined ? null : (
          <>
            {' '}
            · <a href={props.temporalLink}>the run in the Temporal UI</a>
          </>
        )}
      </p>
      {props.note === null ? null : (
        <p class="note wait">
          <Told text={props.note} zone={zone} />
        </p>
      )}
      <SaidNote said={said} />
      <Live id="standing" address={`/tenants/${status.slug}`} tenant={status.slug} seen={props.seen}>
        <BallClock times={props.ballTimes} />
        <h2>Checklist</h2>
        <Checklist status={status} csrfToken={csrfToken} operates={props.operates} zone={zone} now={now} />
        <Gates status={status} />
      </Live>
      {status.leftBehind.length === 0 ? null : (
        <>
          <h2>Left behind at TikTok</h2>
          <ul>
            {status.leftBehind.map((line) => (
              <li>{line}</li>
            ))}
          </ul>
        </>
      )}
      {verbs.length === 0 ? null : (
        <>
          <h2>Act on the onboarding</h2>
          <VerbForm slug={status.slug} csrfToken={csrfToken} verbs={verbs} />
        </>
      )}
      <p>
        <a href={`/tenants/${status.slug}/events`}>Conversion events</a>: what came in, what became of it, and what waits
      </p>
      {props.operates && status.state !== 'cancelled' && status.state !== 'cancelling' ? (
        <p>
          <a href={`/tenants/${status.slug}/amend`}>Amend the tenant</a>: hand in a changed tenant file, see what differs, and what would
          run again
        </p>
      ) : null}
      {seesClientAnswers(viewer, status.slug) ? <ClientLinksPointer slug={status.slug} operates={props.operates} /> : null}
      <Timeline rows={props.rows} zone={zone} slug={status.slug} />
    </Layout>
  );
}
