import { randomUUID } from 'node:crypto';
import type { DecisionRequest } from '../../src/cli/decide-gate.js';
import { fundingOf } from '../../src/cli/funding.js';
import type { GateId, StepId } from '../../src/contract/checklist.js';
import type { DecisionAnswer } from '../../src/contract/messages.js';
import type { GateStatus, StepStatus } from '../../src/contract/status.js';
import { listLedger } from '../../src/store/ledger.js';
import type { World } from './world.js';

/** The gate of the projection once it is in this state. @throws Error when it never comes there */
export async function untilGate(world: World, slug: string, id: GateId, state: GateStatus['state'], revision = 1): Promise<GateStatus> {
  let found: GateStatus | undefined;
  await world.until(`gate ${id} of ${slug}, revision ${revision}, ${state}`, async () => {
    const gates = (await world.status(slug))?.gates ?? [];
    found = gates.find((gate) => gate.id === id && gate.revision === revision && gate.state === state);
    return found !== undefined;
  });
  if (!found) throw new Error(`gate ${id} of ${slug} vanished`);
  return found;
}

/** The step of the projection once it is in this state. @throws Error when it never comes there */
export async function untilStep(world: World, slug: string, id: StepId, state: StepStatus['state']): Promise<StepStatus> {
  let found: StepStatus | undefined;
  await world.until(`${id} of ${slug} is ${state}`, async () => {
    found = (await world.status(slug))?.steps.find((step) => step.id === id && step.state === state);
    return found !== undefined;
  });
  if (!found) throw new Error(`${id} of ${slug} vanished`);
  return found;
}

/** An approval of exactly what the gate shows, unless `change` says something else; each under an id of its own. */
export function decisionOn(gate: GateStatus, change: Partial<DecisionRequest> = {}): DecisionRequest & { readonly decisionId: string } {
  const funding = gate.id === 'initial_funding' ? fundingOf(gate.evidence) : undefined;
  return {
    decisionId: `test-${randomUUID()}`,
    gate: gate.id,
    revision: gate.revision,
    evidenceHash: gate.evidenceHash,
    verdict: 'approve',
    actor: 'approver-a',
    reason: 'seen and in order',
    ...(funding === undefined ? {} : { amountMinor: funding.amountMinor }),
    ...change,
  };
}

/** The same decision as it is typed. */
export function decideWords(slug: string, decision: DecisionRequest & { readonly decisionId: string }): string[] {
  const { gate, verdict, actor, reason, revision, evidenceHash, decisionId } = decision;
  const seen = ['--revision', String(revision), '--evidence-hash', String(evidenceHash)];
  return ['decide', slug, gate, verdict, '--as', actor, '--reason', reason, ...seen, '--decision-id', decisionId];
}

/** One decision on the ordinary way of the command line. */
export function decide(world: World, slug: string, gate: GateStatus, change: Partial<DecisionRequest> = {}): Promise<DecisionAnswer> {
  return world.onboardings.decide(slug, decisionOn(gate, change));
}

/** The client links the TikTok account as soon as the step asks for it. */
export async function clientLinks(world: World, slug: string): Promise<void> {
  await untilStep(world, slug, 'tiktok_account', 'waiting_on');
  await world.simulator.person({ action: 'link-tiktok-account', handle: slug });
  await untilStep(world, slug, 'tiktok_account', 'done');
}

/** What the ledger has of decisions that were accepted or refused, oldest first: `who verdict`, or `who verdict: code`. */
export async function decisionRows(world: World, slug: string): Promise<string[]> {
  const rows = await listLedger(world.db, { slug, kinds: ['decision_accepted', 'decision_refused'] });
  return rows.map(({ actor, payload }) => {
    const refusal = payload['refusal'];
    return `${actor} ${String(payload['verdict'])}${typeof refusal === 'string' ? `: ${refusal}` : ''}`;
  });
}
