import { DateTime } from 'luxon';
import { FAILURES, isFailureCode, mendingCommand } from '../contract/failures.js';
import type { Verdict } from '../contract/messages.js';
import { VERDICTS } from '../contract/messages.js';
import type { Notice } from '../store/notices.js';
import { gateOf } from './recipients.js';
import { counted } from '../domain/counted.js';

/** What people read of a notice. Evidence, amounts and names stay at the desk: a mailbox is not where they are protected. */
export interface Wording {
  /** One sentence without a full stop. */
  readonly headline: string;
  readonly lines: readonly string[];
  /** Why somebody said no, in their words: for those who may read it at the desk, so not for a channel that others share. */
  readonly reason?: string;
  /** The desk's page of it, below its origin. */
  readonly path: string;
}

const SAID: Readonly<Record<Verdict, string>> = {
  approve: 'approved',
  reject: 'rejected',
  request_changes: 'asked for changes to',
  withdraw: 'withdrew',
};

/** Such as `Thu 5 Mar 2026, 10:12 (Europe/Berlin)`. */
function instant(at: Date | string, zone: string): string {
  const time = typeof at === 'string' ? DateTime.fromISO(at) : DateTime.fromJSDate(at);
  const local = time.setZone(zone);
  return (local.isValid ? local : time.setZone('utc')).setLocale('en-GB').toFormat("ccc d LLL yyyy, HH:mm '('z')'");
}

const words = (id: unknown): string => (typeof id === 'string' ? id.replaceAll('_', ' ') : '');

function asked(notice: Notice, what: string, zone: string): Pick<Wording, 'headline' | 'lines'> {
  const gate = gateOf(notice);
  const due = gate ? [`due ${instant(gate.dueAt, zone)}, expires ${instant(gate.expiresAt, zone)}; silence never approves`] : [];
  return { headline: `${what}: ${words(notice.gate)}, revision ${String(notice.body['revision'])}`, lines: due };
}

const LONGEST_REASON = 500;

/** The words of a rejection as one line, so that they pass for nothing else in a mail. */
function reasonOf({ body }: Notice, verdict: Verdict | undefined): string | undefined {
  const reason = body['reason'];
  if (typeof reason !== 'string' || (verdict !== 'reject' && verdict !== 'request_changes')) return undefined;
  const line = reason.replaceAll(/[\s\p{Cc}\u2028-\u202E\u2066-\u2069]+/gu, ' ').trim();
  if (line === '') return undefined;
  return line.length > LONGEST_REASON ? `${line.slice(0, LONGEST_REASON)}… (whole at the desk)` : line;
}

function decided(notice: Notice): Pick<Wording, 'headline' | 'lines' | 'reason'> {
  const { body, ledger, gate: id } = notice;
  const verdict = VERDICTS.find((each) => each === body['verdict']);
  const gate = gateOf(notice);
  const approvals = new Set(gate?.decisions.filter((vote) => vote.verdict === 'approve').map((vote) => vote.actor)).size;
  // The projection may not have this decision yet; then it does not know what is missing either.
  const known = gate?.decisions.some((vote) => vote.decisionId === body['decisionId']) === true;
  const open = known && gate?.state === 'open' && approvals < gate.needed;
  const reason = reasonOf(notice, verdict);
  return {
    headline: `${ledger?.actor ?? 'somebody'} ${verdict === undefined ? 'decided' : SAID[verdict]} ${words(id)}, revision ${String(body['revision'])}`,
    lines: open ? [`${counted(gate.needed - approvals, 'more decision')} by other people needed`] : [],
    ...(reason === undefined ? {} : { reason }),
  };
}

function parked({ slug, body }: Notice): Pick<Wording, 'headline' | 'lines'> {
  const { step, code } = body;
  return {
    headline: `parked: ${words(step)} (${String(code)})`,
    lines: isFailureCode(code) ? [FAILURES[code].sentence, `mend: ${mendingCommand(code, slug, String(step))}`] : [],
  };
}

function textOf(notice: Notice, zone: string): Pick<Wording, 'headline' | 'lines' | 'reason'> {
  switch (notice.kind) {
    case 'gate_opened':
      return asked(notice, 'to decide', zone);
    case 'gate_reminded':
      return asked(notice, 'still to decide', zone);
    case 'gate_escalated':
      return asked(notice, 'escalated, nobody has decided', zone);
    case 'gate_expired':
      return {
        headline: `expired without a decision: ${words(notice.gate)}, revision ${String(notice.body['revision'])}`,
        lines: ['nothing was approved; a retry of the step asks anew'],
      };
    case 'decision_accepted':
      return decided(notice);
    case 'review_opened':
      return {
        headline: `an admin broke the glass at ${words(notice.gate)}, revision ${String(notice.body['revision'])}: to be reviewed`,
        lines: [`review due ${instant(String(notice.body['dueAt']), zone)}, by somebody with the role of the gate`],
      };
    case 'review_objected':
      return {
        headline: `objected: the decision that broke the glass at ${words(notice.gate)}, revision ${String(notice.body['revision'])}`,
        lines: ['nothing was undone; what is wrong at TikTok is mended by amend or cancel'],
      };
    case 'step_parked':
      return parked(notice);
    case 'onboarding_live':
      return { headline: 'live: every step is done and every gate decided', lines: [] };
    case 'onboarding_cancelled':
      return { headline: 'cancelled; the page lists what could not be undone', lines: [] };
    default:
      return { headline: words(notice.kind) + (notice.gate === undefined ? '' : `: ${words(notice.gate)}`), lines: [] };
  }
}

/** How a notice reads; times by the clock of the tenant's zone. */
export function wordingOf(notice: Notice): Wording {
  const zone = notice.status?.timeZone ?? 'utc';
  const { headline, lines, reason } = textOf(notice, zone);
  return {
    headline,
    lines: [...lines, instant(notice.at, zone)],
    ...(reason === undefined ? {} : { reason }),
    path:
      notice.kind === 'review_opened' ? '/reviews' : `/tenants/${notice.slug}${notice.gate === undefined ? '' : `/gates/${notice.gate}`}`,
  };
}
