import { randomUUID } from 'node:crypto';
import type { Payload } from '@temporalio/common';
import { expect, it } from 'vitest';
import { eventually } from './eventually.js';
import { useOnboardings } from './onboardings.js';
import { useLedger } from './real-ledger.js';

const ledger = useLedger();
const onboardings = useOnboardings();

const bytes = (text: string): Uint8Array => Buffer.from(text);
const encoded = (encoding: string, data: string): Payload => ({ metadata: { encoding: bytes(encoding) }, data: bytes(data) });
const DECISION = '{"gate":"creative_policy","verdict":"approve"}';

/** What the Temporal UI and CLI can send as a signal `decide`, besides a decision. */
const ODD: readonly (readonly [what: string, payloads: Payload[]])[] = [
  ['nothing', []],
  ['a word', [encoded('json/plain', '"approve"')]],
  ['cut JSON', [encoded('json/plain', DECISION.slice(0, 20))]],
  ['the other encoding that the Temporal UI offers', [encoded('json/protobuf', DECISION)]],
  ['an encoding that nobody knows', [encoded('text/plain', DECISION)]],
  ['bytes', [encoded('binary/plain', DECISION)]],
  ['a payload that says nothing of itself', [{ data: bytes(DECISION) }]],
  ['an empty payload', [{}]],
  ['JSON of a hundred thousand levels', [encoded('json/plain', `${'['.repeat(100_000)}${']'.repeat(100_000)}`)]],
  ['2,000 arguments that cannot be read', Array.from({ length: 2_000 }, () => encoded('nothing', ''))],
];

it('signals of every odd shape are dropped and recorded, and hold up nobody who decides', async () => {
  const onboarding = await onboardings.start('odd_signals', { activities: ledger.activities() });
  await onboarding.untilGate('creative_policy', 'open');
  const { workflowService, options } = onboardings.client();
  for (const [, payloads] of ODD) {
    await workflowService.signalWorkflowExecution({
      namespace: options.namespace,
      workflowExecution: { workflowId: onboarding.handle.workflowId },
      signalName: 'decide',
      input: { payloads },
      requestId: randomUUID(),
    });
  }
  const rows = await eventually(
    'a row of each odd signal',
    () => ledger.rows('odd_signals', 'decision_unreadable'),
    (found) => found.length === ODD.length,
  );
  expect(rows.every(({ actor, payload }) => actor === 'engine' && payload['via'] === 'signal')).toBe(true);
  const described = await workflowService.describeWorkflowExecution({
    namespace: options.namespace,
    execution: { workflowId: onboarding.handle.workflowId },
  });
  expect(described.pendingWorkflowTask?.attempt ?? 1, 'no task of the workflow failed').toBe(1);

  // Twenty are recorded in all, so that nobody fills the history of the tenant with them.
  for (let sent = 0; sent < 15; sent += 1) await onboarding.signal('approve');
  await onboarding.approve('creative_policy');
  expect((await onboarding.handle.result()).state).toBe('live');
  expect(await ledger.rows('odd_signals', 'decision_unreadable')).toHaveLength(20);
  expect(await ledger.fault('odd_signals')).toBeNull();
});
