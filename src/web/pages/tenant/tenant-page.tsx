import { SAYS_OF_STATE } from './state-words.js';
import type { OnboardingStatus } from '../../../contract/status.js';
import type { LedgerRow } from '../../../domain/ledger-chain.js';
import type { Person } from '../../../domain/people.js';
import { Instant } from '../../layout/instants.js';
import { Layout } from '../../layout/layout.js';
import { openApprovalsWarning } from '../../open-approvals.js';
import { seesClientAnswers } from './client-access.js';
import { ClientLinksPointer } from './client-link-form.js';
import { Checklist } from './checklist.js';
import { Timeline } from './timeline.js';
import { type FormVerb, VerbForm } from './verb-form.js';

export interface TenantPageProps {
  readonly status: OnboardingStatus;
  /** Why this is not the run's own word, when it is not. */
  readonly note: string | null;
  readonly rows: readonly LedgerRow[];
  readonly viewer: Person;
  readonly operates: boolean;
  readonly csrfToken: string;
  readonly openGates: number;
  readonly zone: string;
  readonly now: Date;
  readonly temporalLink?: string | undefined;
  readonly said?: { readonly accepted: boolean; readonly message: string } | undefined;
}

function verbsFor(state: OnboardingStatus['state']): FormVerb[] {
  if (state === 'live' || state === 'cancelled' || state === 'cancelling') return [];
  return [state === 'paused' ? 'resume' : 'pause', ...(state === 'parked' ? (['retry'] as const) : []), 'cancel'];
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
        {status.vertical} · started by {status.startedBy} <Instant at={status.startedAt} zone={zone} now={now} />
        {props.temporalLink === undefined ? null : (
          <>
            {' '}
            · <a href={props.temporalLink}>the run in the Temporal UI</a>
          </>
        )}
      </p>
      {props.note === null ? null : <p class="note wait">{props.note}</p>}
      {said === undefined ? null : (
        <p class={`note ${said.accepted ? 'good' : 'bad'}`} role={said.accepted ? 'status' : 'alert'}>
          {said.message}
        </p>
      )}
      <Checklist status={status} csrfToken={csrfToken} operates={props.operates} zone={zone} now={now} />
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
      {seesClientAnswers(viewer, status.slug) ? <ClientLinksPointer slug={status.slug} operates={props.operates} /> : null}
      <Timeline rows={props.rows} zone={zone} slug={status.slug} />
    </Layout>
  );
}
