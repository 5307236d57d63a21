import { z } from 'zod';
import type { GateStateName } from '../contract/checklist.js';
import type { Decision, Refusal } from '../contract/messages.js';
import type { GateDecision, GateStatus } from '../contract/status.js';
import { evidenceHash } from './evidence.js';

/** What the rules need to know of a gate; a status and a workflow's own record both have it. */
export type JudgedGate = Pick<GateStatus, 'id' | 'revision' | 'state' | 'evidenceHash' | 'evidence' | 'expiresAt' | 'needed' | 'decisions'>;

/** Decisions already answered, by id, with the hash of their content (`decisionHash`). */
export type SeenDecisions = Readonly<Record<string, { readonly hash: string }>>;

export interface Judgement {
  /** Null when the state of the gate lets the decision through; who decides is judged by `mayDecide`. */
  readonly refusal: Refusal | null;
  /** The very same decision was answered before: give that answer again, record nothing. */
  readonly repeated: boolean;
}

const amountOf = z.object({ amountMinor: z.int().nonnegative() });

/**
 * The identity of a decision's content (64 lower-case hex): one id with two contents is an attempt to overwrite. The envelope is no part
 * of it, so that a decision that is sent again with a new signature is still the same.
 */
export function decisionHash({ envelope: _envelope, ...content }: Decision): string {
  return evidenceHash(content);
}

/** Silence, a dash or blanks explain nothing to whoever must mend it. */
function lacksReason(decision: Decision): boolean {
  return (decision.verdict !== 'approve' || decision.breakGlass === true) && decision.reason.trim().length < 3;
}

function amountDiffers(gate: JudgedGate, decision: Decision): boolean {
  if (gate.id !== 'initial_funding' || decision.verdict !== 'approve') return false;
  const asked = amountOf.safeParse(gate.evidence);
  return !asked.success || decision.amountMinor !== asked.data.amountMinor;
}

function refusalByState(state: GateStateName): Refusal | null {
  switch (state) {
    case 'scheduled':
      return 'gate_not_open_yet';
    case 'open':
      return null;
    case 'expired':
      return 'gate_expired';
    case 'withdrawn':
      return 'gate_withdrawn';
    case 'approved':
    case 'rejected':
    case 'changes_requested':
      return 'gate_already_decided';
  }
}

/**
 * Why nothing is decided once an onboarding has ended: somebody decided exactly this revision before, which is what the slower one of two
 * wants to know, or it ended without.
 *
 * @param gate the gate as it stood at the end, or undefined when it was never opened
 */
export function refusalAfterTheEnd(
  gate: Pick<JudgedGate, 'state' | 'revision'> | undefined,
  { revision }: Pick<Decision, 'revision'>,
): 'gate_already_decided' | 'onboarding_ended' {
  const decided = gate?.revision === revision && refusalByState(gate.state) === 'gate_already_decided';
  return decided ? 'gate_already_decided' : 'onboarding_ended';
}

function refusalOf(gate: JudgedGate | undefined, decision: Decision, nowMs: number, ended: boolean): Refusal | null {
  if (ended) return refusalAfterTheEnd(gate, decision);
  if (!gate || decision.revision > gate.revision) return 'gate_not_open_yet';
  if (decision.revision < gate.revision) return 'stale_revision';
  const byState = refusalByState(gate.state);
  if (byState) return byState;
  // The expiry is an absolute instant: a worker that was down when it passed must not let a late decision through.
  if (nowMs >= Date.parse(gate.expiresAt)) return 'gate_expired';
  if (decision.evidenceHash !== gate.evidenceHash) return 'stale_evidence';
  if (decision.verdict !== 'withdraw' && gate.decisions.some((vote) => vote.actor === decision.actor)) return 'already_voted';
  if (lacksReason(decision)) return 'reason_missing';
  if (amountDiffers(gate, decision)) return 'amount_differs';
  return null;
}

/**
 * Judges a decision by the state of its gate, without looking at who decides (design 6.2 and 6.3). Pure and synchronous, so that an
 * update's validator, its handler, the signal and the pages all give the same answer.
 *
 * @param gate the gate as it stands, or undefined when it was never opened
 * @param nowMs milliseconds since the epoch
 * @param seen decisions answered before in this onboarding, earlier runs included
 * @param ended the onboarding is live, cancelling or cancelled
 */
export function judgeDecision(
  gate: JudgedGate | undefined,
  decision: Decision,
  nowMs: number,
  seen: SeenDecisions,
  ended: boolean,
): Judgement {
  const earlier = Object.hasOwn(seen, decision.decisionId) ? seen[decision.decisionId] : undefined;
  if (earlier) {
    const repeated = earlier.hash === decisionHash(decision);
    return { refusal: repeated ? null : 'decision_id_reused', repeated };
  }
  return { refusal: refusalOf(gate, decision, nowMs, ended), repeated: false };
}

export interface GateMove {
  readonly state: Extract<GateStateName, 'open' | 'approved' | 'rejected' | 'changes_requested' | 'withdrawn'>;
  /** The votes of this revision with the new one. */
  readonly decisions: GateDecision[];
  /** Approvals by other people that are still missing; 0 once the gate is decided. */
  readonly stillNeeded: number;
}

/**
 * Where an accepted decision takes its gate: a single no decides, a yes counts once per person until `needed` people said it.
 *
 * @param at ISO 8601 in UTC
 */
export function nextGateState(gate: Pick<JudgedGate, 'needed' | 'decisions'>, decision: Decision, at: string): GateMove {
  const vote: GateDecision = {
    decisionId: decision.decisionId,
    actor: decision.actor,
    verdict: decision.verdict,
    reason: decision.reason,
    at,
  };
  const decisions = [...gate.decisions, vote];
  switch (decision.verdict) {
    case 'reject':
      return { state: 'rejected', decisions, stillNeeded: 0 };
    case 'request_changes':
      return { state: 'changes_requested', decisions, stillNeeded: 0 };
    case 'withdraw':
      return { state: 'withdrawn', decisions, stillNeeded: 0 };
    case 'approve': {
      const approvers = new Set(decisions.filter((each) => each.verdict === 'approve').map((each) => each.actor));
      const stillNeeded = Math.max(0, gate.needed - approvers.size);
      return { state: stillNeeded === 0 ? 'approved' : 'open', decisions, stillNeeded };
    }
  }
}

/** What each refusal tells the person: why, and what to do. */
export const REFUSAL_SENTENCES: Readonly<Record<Refusal, string>> = {
  gate_not_open_yet: 'This gate is not open yet; look at it again when it asks for a decision.',
  gate_expired: 'This gate expired before your decision arrived; an operator can open it again with retry.',
  gate_withdrawn: 'This gate was withdrawn; there is nothing to decide.',
  gate_already_decided: 'This gate is already decided; its decisions name who was first.',
  onboarding_ended: 'This onboarding has ended; there is nothing to decide.',
  stale_revision: 'Your decision belongs to an earlier revision of this gate; look at the new evidence and decide again.',
  stale_evidence: 'The evidence changed since you saw it; look at it again and decide anew.',
  wrong_person: 'You have no role that decides this gate for this tenant.',
  person_unknown: 'Nobody of this name is among the people; check people.yaml.',
  person_disabled: 'This person is disabled and decides nothing.',
  starter_may_not_decide: 'Whoever started the onboarding, or amended what the gate shows, does not decide it; ask another approver.',
  already_voted: 'You have decided this revision already; somebody else must give the other decision.',
  reason_missing: 'Anything but an approval by whom the gate asks needs a reason of at least three characters.',
  amount_differs: 'An approval needs the amount typed again, and it must be the one that is asked for; compare and decide again.',
  decision_id_reused: 'This decision id was used for another decision; use a new id.',
  envelope_missing:
    'This onboarding takes signed decisions only, and this one has no envelope; decide with kobi decide or the desk, or sign it with kobi envelope.',
  envelope_malformed: 'The envelope is not one of ours, to the letter; paste the whole answer of kobi envelope, unchanged.',
  envelope_other_onboarding:
    'The envelope was signed for another onboarding, of another tenant or an earlier one of this tenant; look at this one and decide anew.',
  envelope_other_decision: 'The envelope was signed for another decision than the one that came with it; sign what you mean to decide.',
  envelope_expired: 'The envelope has expired; look at the gate again and decide anew.',
  envelope_key_expired: 'The key that signed the envelope is not valid at this time; decide anew, which takes a key that is.',
  envelope_key_unknown: 'The key that signed the envelope is not vouched for by the root key with which this onboarding was started.',
  envelope_forged: 'The signature of the envelope does not hold.',
};

/** The same about somebody else, where the sentence speaks to the person. */
const OF_ANOTHER: Readonly<Partial<Record<Refusal, string>>> = {
  gate_expired: 'The gate had expired before the decision arrived.',
  stale_revision: 'The decision belonged to an earlier revision of the gate.',
  stale_evidence: 'The evidence had changed since they saw it.',
  wrong_person: 'They have no role that decides this gate for this tenant.',
  already_voted: 'They have decided this revision already; somebody else must give the other decision.',
};

/** Why another person is or was refused, for whoever reads about it. */
export function refusalOfAnother(code: Refusal): string {
  return OF_ANOTHER[code] ?? REFUSAL_SENTENCES[code];
}

/** What the refused person reads: why, what to do, and of a gate that is decided, who said what and when. */
export function refusalInWords(code: Refusal, gate: Pick<JudgedGate, 'decisions'> | undefined): string {
  const votes = code === 'gate_already_decided' ? (gate?.decisions ?? []) : [];
  const who = votes.map(({ actor, verdict, at }) => `${actor} said ${verdict.replace('_', ' ')} at ${at}`).join('; ');
  return `${REFUSAL_SENTENCES[code]}${who === '' ? '' : ` ${who}.`}`;
}
