import { randomUUID } from 'node:crypto';
import type { GateId } from '../../../contract/checklist.js';
import type { GateStatus } from '../../../contract/status.js';

/** What each button leads to, in words. */
const LEADS_TO: Readonly<Record<GateId, { readonly approve: string; readonly reject: string; readonly request_changes: string }>> = {
  creative_policy: {
    approve: 'exactly these files are uploaded to the account’s library',
    reject: 'nothing is uploaded; the step parks until the tenant file is amended',
    request_changes: 'the client is asked to change them; this revision closes',
  },
  spark_ads: {
    approve: 'the posts are released for ads',
    reject: 'the posts are unbound from the account; the step parks',
    request_changes: 'the client is asked for other posts; this revision closes',
  },
  initial_funding: {
    approve: 'the money moves as soon as everybody who is needed has approved',
    reject: 'no money moves; the step parks',
    request_changes: 'ops is asked to change the amount; this revision closes',
  },
  business_verification: {
    approve: 'the onboarding goes on without inherited verification',
    reject: 'the step parks',
    request_changes: 'the client is asked for other papers; this revision closes',
  },
};

export interface DecisionFormProps {
  readonly slug: string;
  readonly gate: GateStatus;
  readonly csrfToken: string;
  /** What was typed before, when the decision was refused. */
  readonly reason?: string | undefined;
  /** Of the decision that is sent again; a new one when absent. */
  readonly decisionId?: string | undefined;
  /** An admin decides without the gate's role. */
  readonly breakGlass?: boolean;
}

/** The buttons, pinned to the evidence that is on the page; sending it twice is one decision. */
export function DecisionForm({ slug, gate, csrfToken, reason, decisionId, breakGlass = false }: DecisionFormProps) {
  const leads = LEADS_TO[gate.id];
  const ruleId = breakGlass ? 'glass-rule' : 'reason-rule';
  return (
    <form method="post" action={`/tenants/${slug}/gates/${gate.id}/decide`} class="panel">
      <input type="hidden" name="csrf" value={csrfToken} />
      <input type="hidden" name="decisionId" value={decisionId ?? `page-${randomUUID()}`} />
      <input type="hidden" name="revision" value={String(gate.revision)} />
      <input type="hidden" name="evidenceHash" value={gate.evidenceHash} />
      {breakGlass ? <input type="hidden" name="breakGlass" value="yes" /> : null}
      {gate.id === 'initial_funding' ? (
        <label>
          Type the amount again, to approve it
          <input name="amount" inputmode="decimal" autocomplete="off" placeholder="such as 1234.50" />
        </label>
      ) : null}
      <label>
        Reason
        <textarea name="reason" maxlength={2_000} aria-describedby={ruleId} required={breakGlass}>
          {reason ?? ''}
        </textarea>
      </label>
      <p class="soft" id={ruleId}>
        {breakGlass ? 'Needed: whoever reviews the decision reads it first.' : 'Anything but an approval needs one.'}
      </p>
      <div class="actions">
        <button name="verdict" value="approve">
          Approve
        </button>
        <button name="verdict" value="request_changes" class="second">
          Request changes
        </button>
        <button name="verdict" value="reject" class="danger">
          Reject
        </button>
      </div>
      <dl>
        <dt>Approve</dt>
        <dd>{leads.approve}</dd>
        <dt>Request changes</dt>
        <dd>{leads.request_changes}</dd>
        <dt>Reject</dt>
        <dd>{leads.reject}</dd>
      </dl>
    </form>
  );
}
