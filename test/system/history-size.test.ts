import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from '@temporalio/worker';
import { expect, it } from 'vitest';
import { benchSchool } from '../../bench/school.js';
import { onboardingWorkflowId } from '../../src/contract/ids.js';
import type { GateStatus } from '../../src/contract/status.js';
import { workflowBundle } from '../faults/bundle.js';
import { collectHistory, readHistory } from '../harness/temporal.js';
import { useLiveEngine } from './live-engine.js';

const engine = useLiveEngine();
const slug = 'size_school';

async function openGate(): Promise<GateStatus> {
  for (;;) {
    const { status } = await engine().onboardings.status(slug);
    const gate = status.gates.find(({ state }) => state === 'open');
    if (gate) return gate;
    await delay(20);
  }
}

it('takes a school with one creative to live in at most 150 events when TikTok answers at once, and replays', async () => {
  const { onboardings, temporal } = engine();
  await onboardings.start(benchSchool(slug), 'ops-a@example.org');
  const { id: gate, revision, evidenceHash } = await openGate();
  const decision = { gate, revision, evidenceHash, verdict: 'approve', actor: 'approver-a@example.org', reason: 'looks right' } as const;
  expect(await onboardings.decide(slug, decision)).toMatchObject({ accepted: true });

  const handle = temporal.client.workflow.getHandle(onboardingWorkflowId(slug));
  expect(await handle.result()).toMatchObject({ state: 'live' });
  const [file = ''] = await collectHistory(temporal.client, handle);
  const history = await readHistory(file);
  expect(history.events.length).toBeLessThanOrEqual(150);
  await Worker.runReplayHistory({ workflowBundle: { codePath: await workflowBundle() } }, history);
});
