import { condition } from '@temporalio/workflow';
import { STEP_OF_GATE, type GateId, type StepId } from '../contract/checklist.js';
import { evidenceHash } from '../domain/evidence.js';
import type { GateRecord } from '../domain/onboarding-state.js';
import { park } from './failures.js';
import { nowIso, type OnboardingRun } from './run.js';
import { counted } from '../domain/counted.js';

function byId(run: OnboardingRun, gate: GateId): GateRecord | undefined {
  return run.state.gates[gate];
}

/** The step waits for the people who decide, until the instant that the gate was given when it opened. */
function waitForDecision(run: OnboardingRun, id: GateId): void {
  const gate = byId(run, id);
  if (gate?.state !== 'open') return;
  const note = `gate ${id}, revision ${gate.revision}, waits for ${counted(gate.needed, 'decision')}`;
  run.waitUntil(STEP_OF_GATE[id], 'kobi', note, gate.dueAt);
}

/** Closes a gate that is open although its step goes on without it: skipped, or made needless by an amendment. */
export async function closeGate(run: OnboardingRun, id: GateId): Promise<void> {
  await run.gateLock.run(async () => {
    const gate = byId(run, id);
    if (gate?.state !== 'open') return;
    gate.state = 'withdrawn';
    run.dirty = true;
  });
}

/** The step runs again for a reason: after a request for changes, even the same evidence is a new revision. */
export function askAnew(run: OnboardingRun, step: StepId): void {
  for (const gate of Object.values(run.state.gates)) if (STEP_OF_GATE[gate.id] === step) gate.reopens = true;
}

/** Whether the gate's last revision answers for this evidence, or is still to; what was asked of the client stays asked after continue-as-new. */
function stands(gate: GateRecord, hash: string): boolean {
  if (gate.evidenceHash !== hash) return false;
  return gate.state === 'open' || gate.state === 'approved' || (gate.state === 'changes_requested' && !gate.reopens);
}

/** A new revision of a gate: new evidence, new absolute deadlines, no decision carried over. */
async function open(run: OnboardingRun, gate: GateId, evidence: unknown, hash: string, fourEyes: boolean): Promise<void> {
  const before = byId(run, gate);
  const revision = (before?.revision ?? 0) + 1;
  const at = nowIso();
  const amended = run.state.amendedBy?.[gate];
  const amendedBy = amended === undefined ? {} : { amendedBy: amended };
  const { candidates, needed, dueAfterMs } = await run.written((ledger) =>
    ledger.openGate.executeWithOptions({ summary: `open gate ${gate}, revision ${revision}` }, [
      {
        slug: run.slug,
        gate,
        revision,
        evidenceHash: hash,
        evidence,
        startedBy: run.state.startedBy,
        ...amendedBy,
        four_eyes: fourEyes,
        at,
      },
    ]),
  );
  // The clock runs from when people can see the gate, however long our database was away.
  const openedAt = Date.now();
  const after = (ms: number) => new Date(openedAt + ms).toISOString();
  const waits = run.state.settings.gates;
  run.state.gates[gate] = {
    id: gate,
    revision,
    state: 'open',
    evidenceHash: hash,
    evidence,
    ...amendedBy,
    openedAt: after(0),
    dueAt: after(dueAfterMs ?? waits.dueAfterMs),
    expiresAt: after(waits.expireAfterMs),
    needed,
    candidates,
    decisions: [],
    nextReminderAt: after(waits.remindEveryMs),
    // Over a weekend the due date may be further off; nobody is to hear of a delay before it is one.
    escalateAt: after(Math.max(waits.escalateAfterMs, dueAfterMs ?? 0)),
    escalated: false,
    reopens: false,
  };
  run.state.refused[gate] = 0;
  waitForDecision(run, gate);
}

/** Does whatever is due on an open gate now: a reminder, the escalation, the expiry. */
async function actOnDeadlines(run: OnboardingRun, gate: GateRecord): Promise<void> {
  const now = Date.now();
  const row = (kind: string, at: string) =>
    run.written((ledger) =>
      ledger.recordEvent.executeWithOptions({ summary: `${kind} ${gate.id}` }, [
        {
          slug: run.slug,
          key: `${kind}:${gate.id}:${gate.revision}:${at}`,
          kind,
          actor: 'engine',
          step: STEP_OF_GATE[gate.id],
          payload: { gate: gate.id, revision: gate.revision, dueAt: gate.dueAt, candidates: [...gate.candidates] },
          at: nowIso(),
        },
      ]),
    );
  if (now >= Date.parse(gate.expiresAt)) {
    gate.state = 'expired';
    run.dirty = true;
    await row('gate_expired', gate.expiresAt);
    return;
  }
  if (!gate.escalated && now >= Date.parse(gate.escalateAt)) {
    gate.escalated = true;
    await row('gate_escalated', gate.escalateAt);
  }
  if (now >= Date.parse(gate.nextReminderAt)) {
    const due = gate.nextReminderAt;
    // Counted from the opening, so that a worker that was away moves no later reminder; what it missed is not made up for.
    const everyMs = run.state.settings.gates.remindEveryMs;
    const lateMs = now - Date.parse(due);
    gate.nextReminderAt = new Date(now + everyMs - (lateMs % everyMs)).toISOString();
    await row('gate_reminded', due);
  }
}

function nextDeadline(gate: GateRecord): number {
  const instants = [gate.expiresAt, gate.nextReminderAt, ...(gate.escalated ? [] : [gate.escalateAt])];
  return Math.min(...instants.map((instant) => Date.parse(instant)));
}

/**
 * Waits until people have approved exactly this evidence and returns its hash, which the gated action compares again.
 * An approval of the same evidence stands; other evidence opens a new revision and voids it. Silence, rejection and
 * withdrawal are different ends, and none of them lets the step go on.
 */
export async function passGate(run: OnboardingRun, id: GateId, evidence: unknown, fourEyes = false): Promise<string> {
  const step = STEP_OF_GATE[id];
  const hash = evidenceHash(evidence);
  const gate = await run.gateLock.run(async () => {
    const before = byId(run, id);
    if (before && stands(before, hash)) {
      waitForDecision(run, id);
      return before;
    }
    if (before?.state === 'open') before.state = 'withdrawn';
    await open(run, id, evidence, hash, fourEyes);
    const opened = byId(run, id);
    if (!opened) throw new Error(`gate ${id} vanished while it was opened`);
    return opened;
  });

  while (gate.state === 'open') {
    const waitMs = Math.max(1, nextDeadline(gate) - Date.now());
    const decided = await condition(() => gate.state !== 'open', waitMs, { summary: `gate ${id}: next reminder, escalation or expiry` });
    if (!decided) await run.gateLock.run(async () => (gate.state === 'open' ? actOnDeadlines(run, gate) : undefined));
  }

  const last = gate.decisions.at(-1);
  const said = last ? `${last.actor}: ${last.reason}` : '';
  switch (gate.state) {
    case 'approved':
      run.goOn(step);
      return hash;
    case 'rejected':
      return park('gate_rejected', `gate ${id}, revision ${gate.revision}, was rejected by ${said}`);
    case 'expired':
      return park('gate_expired', `gate ${id}, revision ${gate.revision}, expired at ${gate.expiresAt} without a decision`);
    case 'withdrawn':
      return park('gate_withdrawn', `gate ${id}, revision ${gate.revision}, was withdrawn${said ? ` by ${said}` : ''}`);
    case 'changes_requested':
      run.waitOn(
        step,
        'client',
        `changes requested by ${said}; hand in the change with kobi amend, or ask again with kobi retry`,
        run.state.settings.clientReaskMs,
      );
      // An amendment or a retry cancels this wait and runs the step again.
      await condition(() => false);
      throw new Error('unreachable: the wait for changes ends by cancellation only');
    default:
      throw new Error(`gate ${id} ended in the state ${gate.state}`);
  }
}
