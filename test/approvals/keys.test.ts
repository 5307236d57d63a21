import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApprovalDependencies, createApprovals, type Signed } from '../../src/approvals/approvals.js';
import { newSigningKey } from '../../src/approvals/ed25519-keys.js';
import type { Certificate } from '../../src/contract/envelope.js';
import { decisionSchema } from '../../src/contract/messages.js';
import { judgeEnvelope } from '../../src/domain/decision-envelope.js';
import type { Database } from '../../src/store/database.js';
import { freshDatabase, type FreshDatabase } from '../harness/databases.js';
import { everybody } from '../workflow/real-ledger.js';

const DAY_MS = 86_400_000;
const SECRETS_KEY = 'ab'.repeat(32);
const startedAt = '2026-03-01T08:00:00.000Z';
const begin = Date.parse('2026-03-01T12:00:00.000Z');
const decision = decisionSchema().parse({
  decisionId: 'd-1',
  gate: 'creative_policy',
  revision: 1,
  verdict: 'approve',
  actor: 'approver-a@example.org',
  reason: 'fits',
  evidenceHash: 'a'.repeat(64),
});
const toSign = { decision, tenant: 'alpine_school', onboarding: startedAt, startedBy: 'ops-a@example.org' };

let database: FreshDatabase;
let db: Database;
beforeAll(async () => {
  database = await freshDatabase();
  db = database.db;
});
afterAll(() => database.close());

/** Every look at the clock is a millisecond later, so that the newest of two keys is known. */
let looks = 0;

function approvals(change: Partial<ApprovalDependencies> = {}) {
  return createApprovals({
    db,
    secretsKey: SECRETS_KEY,
    settings: { mode: 'signed' },
    people: () => Promise.resolve(everybody()),
    clock: () => new Date(begin + looks++),
    ...change,
  });
}

function envelopeOf(signed: Signed): string {
  if (!('envelope' in signed)) throw new Error(`not signed: ${signed.refusal}`);
  return signed.envelope;
}

async function rootOf(maker: ReturnType<typeof approvals>): Promise<string> {
  const run = await maker.forNewRun();
  if (run.mode !== 'signed') throw new Error('not signed');
  return run.rootPublicKey;
}

/** What a run with that root says of the envelope, so many milliseconds later. */
function judged(rootPublicKey: string, envelope: string, laterMs = 1_000) {
  const sent = { ...decision, envelope };
  return judgeEnvelope({
    approvals: { mode: 'signed', rootPublicKey },
    decision: sent,
    tenant: 'alpine_school',
    startedAt,
    nowMs: begin + laterMs,
  });
}

describe('the keys that sign', () => {
  it('are one root and one key, however many processes begin at once', async () => {
    const many = Array.from({ length: 8 }, () => approvals());
    const signed = await Promise.all(
      many.map(async (each) => ({ root: await rootOf(each), envelope: envelopeOf(await each.sign(toSign)) })),
    );
    expect(new Set(signed.map(({ root }) => root)).size).toBe(1);
    const verdicts = signed.map(({ root, envelope }) => judged(root, envelope));
    expect(new Set(verdicts.map(({ keyId }) => keyId)).size).toBe(1);
    expect(verdicts.every(({ fault }) => fault === null)).toBe(true);
    expect((await approvals().overview()).certificates).toHaveLength(1);
  });

  it('rotate by themselves before they end, and the same runs take the new one', async () => {
    const root = await rootOf(approvals());
    const first = judged(root, envelopeOf(await approvals().sign(toSign)));
    const laterMs = 6.5 * DAY_MS;
    const later = approvals({ clock: () => new Date(begin + laterMs) });
    const second = judged(root, envelopeOf(await later.sign(toSign)), laterMs);
    expect(second.fault).toBeNull();
    expect(second.keyId).not.toBe(first.keyId);
  });

  it('rotate on demand; what the key before has signed still counts', async () => {
    const ours = approvals();
    const root = await rootOf(ours);
    const before = envelopeOf(await ours.sign(toSign));
    const { keyId } = await ours.rotate();
    const after = envelopeOf(await ours.sign(toSign));
    expect(judged(root, before).fault).toBeNull();
    expect(judged(root, after)).toEqual({ fault: null, keyId });
  });

  it('are sealed: neither the root nor a key is readable in the database, and both survive a new SECRETS_KEY', async () => {
    const { seed } = await sealedRoot();
    const rows = JSON.stringify(await db.selectFrom('secrets').selectAll().execute());
    expect(rows).not.toContain(seed);
    const root = await rootOf(approvals());
    const turned = approvals({ secretsKey: `${'cd'.repeat(32)},${SECRETS_KEY}` });
    expect(await rootOf(turned)).toBe(root);
    await turned.rotate();
    expect(await rootOf(approvals({ secretsKey: 'cd'.repeat(32) })), 'sealed anew').toBe(root);
    const back = approvals({ secretsKey: `${SECRETS_KEY},${'cd'.repeat(32)}` });
    await back.rotate();
    await expect(rootOf(approvals({ secretsKey: 'cd'.repeat(32) }))).rejects.toThrow('which SECRETS_KEY does not have');
  });

  async function sealedRoot(): Promise<{ seed: string }> {
    const { createSecretStore } = await import('../../src/store/secrets.js');
    return { seed: await createSecretStore(db, SECRETS_KEY).get('approvals-root') };
  }

  it('come from where the root is, when its private half is kept elsewhere', async () => {
    const root = newSigningKey();
    const deciding = approvals({ settings: { mode: 'signed', rootPublicKey: root.publicKey } });
    await expect(deciding.sign(toSign)).rejects.toThrow('kobi keys rotate');
    const certificate: Certificate = await approvals({ settings: { mode: 'signed', rootKey: root.seed } }).rotate(30 * DAY_MS);
    expect(judged(root.publicKey, envelopeOf(await deciding.sign(toSign)))).toEqual({ fault: null, keyId: certificate.keyId });
    const ended = approvals({
      settings: { mode: 'signed', rootPublicKey: root.publicKey },
      clock: () => new Date(begin + 31 * DAY_MS),
    });
    await expect(ended.sign(toSign)).rejects.toThrow('kobi keys rotate');
  });
});

describe('an envelope is made', () => {
  it('for nobody who may not decide, as the people are at that moment', async () => {
    const now = { people: everybody() };
    const ours = approvals({ people: () => Promise.resolve(now.people) });
    expect(await ours.sign(toSign)).toHaveProperty('envelope');
    now.people = { people: now.people.people.map((person) => ({ ...person, disabled: true })) };
    expect(await ours.sign(toSign)).toEqual({ refusal: 'person_disabled' });
    const others = approvals();
    const by = (actor: string, change: object = {}) => others.sign({ ...toSign, decision: { ...decision, actor, ...change } });
    expect(await by('nobody@example.org')).toEqual({ refusal: 'person_unknown' });
    expect(await by('ops-a@example.org')).toEqual({ refusal: 'wrong_person' });
    expect(await by('approver-elsewhere@example.org')).toEqual({ refusal: 'wrong_person' });
    expect(await by('approver-a@example.org', { breakGlass: true }), 'breaking the glass is for admins').toEqual({
      refusal: 'wrong_person',
    });
    expect(await others.sign({ ...toSign, startedBy: 'a@example.org' })).toEqual({ refusal: 'starter_may_not_decide' });
  });

  it('whatever new onboardings are started with: one that was started signed stays so', async () => {
    const open = approvals({ settings: { mode: 'open' } });
    expect(await open.forNewRun()).toEqual({ mode: 'open' });
    expect(judged(await rootOf(approvals()), envelopeOf(await open.sign(toSign))).fault).toBeNull();
  });
});
