import { describe, expect, it } from 'vitest';
import { createLedgerActivities } from '../../src/activities/ledger.js';
import { peopleSchema } from '../../src/domain/people.js';
import { listLedger, verifyChain } from '../../src/store/ledger.js';
import { pendingNotifications } from '../../src/store/notifications.js';
import { usePostgres } from './postgres.js';

const postgres = usePostgres();
const people = peopleSchema.parse({
  people: [{ id: 'approver-a', mail: 'approver-a@example.org', roles: ['approver:creative_policy'], tenants: '*' }],
});
const at = '2026-03-01T12:00:00.000Z';

function recording(decisionId: string) {
  const decision = {
    decisionId,
    gate: 'creative_policy',
    revision: 1,
    verdict: 'approve',
    actor: 'approver-a',
    reason: 'fits',
    evidenceHash: 'a'.repeat(64),
  } as const;
  return { slug: 'alpine_school', decision, via: 'update', refusal: null, startedBy: 'ops-a', votes: [], at } as const;
}

describe('a database that goes away and comes back', () => {
  it('leaves no half row, and the same requests succeed afterwards, each once', async () => {
    const db = await postgres.open();
    const activities = createLedgerActivities({
      db,
      readPeople: () => Promise.resolve(people),
      log: { warn: () => undefined, debug: () => undefined },
    });
    const ids = Array.from({ length: 40 }, (_, index) => `d-${index}`);
    const reminder = { slug: 'alpine_school', key: 'reminded', kind: 'gate_reminded', actor: 'engine', payload: {}, at };
    await activities.recordDecision(recording('before'));

    const during = Promise.allSettled([...ids.map((id) => activities.recordDecision(recording(id))), activities.recordEvent(reminder)]);
    await postgres.stop();
    const failed = (await during).flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
    for (const reason of failed) expect(reason).toMatchObject({ type: 'database_unavailable', nonRetryable: false });
    await expect(activities.recordDecision(recording('while-down'))).rejects.toMatchObject({ type: 'database_unavailable' });

    await postgres.start();
    for (const id of [...ids, 'while-down']) await activities.recordDecision(recording(id));
    await activities.recordEvent(reminder);
    expect(await verifyChain(db)).toMatchObject([{ rows: ids.length + 3, fault: null }]);
    expect(await listLedger(db, { slug: 'alpine_school', kinds: ['gate_reminded'] })).toHaveLength(1);
    expect((await pendingNotifications(db)).filter((each) => each.kind === 'gate_reminded')).toHaveLength(1);
  });
});
