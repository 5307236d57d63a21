import type { GateStatus, OnboardingStatus } from '../../../contract/status.js';
import type { Person } from '../../../domain/people.js';
import { whatIsAsked } from '../../../domain/gate-asks.js';
import type { EvidenceChange } from '../../../domain/evidence-changes.js';
import type { GateComment } from '../../../store/gate-comments.js';
import type { GateEvent } from '../../../store/gate-history.js';
import { Instant } from '../../layout/instants.js';
import { Layout } from '../../layout/layout.js';
import { SAYS_OF_GATE, SAYS_OF_GATE_STATE } from '../../layout/words.js';
import { Told } from '../../layout/told.js';
import { StaleNote } from '../../live/live.js';
import { openApprovalsWarning } from '../../open-approvals.js';
import { seesClientAnswers } from '../tenant/client-access.js';
import { DecisionForm } from './decision-form.js';
import { ClaimForm } from './claim.js';
import { EvidenceView } from './evidence-view.js';
import type { ExhibitLink } from './exhibit.js';
import { Changes, Comments, History } from './history.js';
import { WhoMay, whyNot } from './who-may.js';

/** What became of the decision that led here. */
export interface Said {
  readonly accepted: boolean;
  readonly message: string;
  /** What the person typed, so that a refused decision need not be typed again. */
  readonly reason?: string;
  /** Of a decision of which nobody knows whether it counts: sent again under its id it counts once. */
  readonly decisionId?: string;
}

export interface GatePageProps {
  readonly status: OnboardingStatus;
  /** The newest change when the page began to be made. */
  readonly seen: Date;
  /** Why this may not be how it stands now; null when it is. */
  readonly note: string | null;
  readonly gate: GateStatus;
  readonly viewer: Person;
  readonly people: readonly Person[];
  readonly csrfToken: string;
  readonly openGates: number;
  readonly exhibits: readonly ExhibitLink[];
  readonly changes: readonly EvidenceChange[];
  readonly events: readonly GateEvent[];
  readonly comments: readonly GateComment[];
  readonly claimedBy: string | undefined;
  readonly zone: string;
  readonly now: Date;
  readonly said?: Said | undefined;
}

function Standing({ gate, zone, now }: Pick<GatePageProps, 'gate' | 'zone' | 'now'>) {
  const approvals = gate.decisions.filter((decision) => decision.verdict === 'approve').length;
  return (
    <p>
      <span class={`state ${gate.state === 'open' ? 'wait' : gate.state === 'approved' ? 'good' : 'bad'}`}>
        {SAYS_OF_GATE_STATE[gate.state]}
      </span>{' '}
      revision {gate.revision} · {approvals} of {gate.needed} {gate.needed === 1 ? 'decision' : 'decisions'} · opened{' '}
      <Instant at={gate.openedAt} zone={zone} now={now} />
      {gate.state === 'open' ? (
        <>
          {' '}
          · due <Instant at={gate.dueAt} zone={zone} now={now} /> · expires <Instant at={gate.expiresAt} zone={zone} now={now} />, and
          silence never approves
        </>
      ) : null}
    </p>
  );
}

/** One gate: the evidence beside the buttons, what changed, who may decide, what was said and tried. */
export function GatePage(props: GatePageProps) {
  const { status, gate, viewer, csrfToken, zone, said } = props;
  const question = { slug: status.slug, gate, startedBy: status.startedBy, viewer };
  const not = whyNot(question);
  const address = `/tenants/${status.slug}/gates/${gate.id}`;
  const advertiserId = status.steps.flatMap(({ remoteIds }) => remoteIds['advertiserId'] ?? [])[0];
  return (
    <Layout
      title={`${SAYS_OF_GATE[gate.id]} of ${status.slug}`}
      person={viewer}
      csrfToken={csrfToken}
      openGates={props.openGates}
      here="inbox"
      warning={openApprovalsWarning(status)}
    >
      <p class="soft">
        <a href={`/tenants/${status.slug}`}>{status.slug}</a> · {status.legalName} · asked by {status.startedBy}
      </p>
      <h1>{SAYS_OF_GATE[gate.id]}</h1>
      <p>{whatIsAsked(gate.id, gate.evidence)}</p>
      <StaleNote address={address} tenant={status.slug} seen={props.seen} />
      {props.note === null ? null : (
        <p class="note wait">
          <Told text={props.note} zone={zone} />
        </p>
      )}
      <Standing {...props} />
      {said === undefined ? null : (
        <p class={`note ${said.accepted ? 'good' : 'bad'}`} role={said.accepted ? 'status' : 'alert'}>
          <Told text={said.message} zone={zone} />
        </p>
      )}
      {gate.state === 'open' && not === null ? (
        <p class="onward">
          <a href="#decision">Go to the decision</a>, below what it is about
        </p>
      ) : null}
      <Changes changes={props.changes} revision={gate.revision} />
      <div class="beside">
        <div>
          <h2>What you decide about</h2>
          <EvidenceView gate={gate} exhibits={props.exhibits} advertiserId={advertiserId} zone={zone} />
          <p class="soft">
            Evidence hash <code>{gate.evidenceHash}</code>
          </p>
        </div>
        <div>
          <h2 id="decision">Your decision</h2>
          {gate.state !== 'open' ? (
            <p class="note">There is nothing to decide: this revision is {SAYS_OF_GATE_STATE[gate.state]}.</p>
          ) : not === null ? (
            <DecisionForm slug={status.slug} gate={gate} csrfToken={csrfToken} reason={said?.reason} decisionId={said?.decisionId} />
          ) : (
            <p class="note wait">{not}</p>
          )}
          {gate.state === 'open' && not !== null && whyNot(question, true) === null ? (
            <details>
              <summary>Break the glass</summary>
              <p class="note bad">
                For when nobody who may decide can be reached. You decide as an admin, people are told, and somebody with the role of this
                gate reviews it within 24 hours.
              </p>
              <DecisionForm
                slug={status.slug}
                gate={gate}
                csrfToken={csrfToken}
                reason={said?.reason}
                decisionId={said?.decisionId}
                breakGlass
              />
            </details>
          ) : null}
          {seesClientAnswers(viewer, status.slug) ? (
            <p>
              <a href={`/tenants/${status.slug}/links`}>What the client was asked and handed in</a>
            </p>
          ) : null}
          {gate.state === 'open' ? (
            <ClaimForm action={`${address}/claim`} csrfToken={csrfToken} claimedBy={props.claimedBy} viewer={viewer.id} />
          ) : null}
          <WhoMay {...question} people={props.people} />
        </div>
      </div>
      <Comments comments={props.comments} action={`${address}/comments`} csrfToken={csrfToken} zone={zone} />
      <History events={props.events} zone={zone} />
    </Layout>
  );
}
