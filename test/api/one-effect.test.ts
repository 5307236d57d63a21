import { randomUUID } from 'node:crypto';
import { serve } from '@hono/node-server';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { freePort } from '../../src/process/free-port.js';
import { deskApp } from '../../src/web/desk.js';
import { type Caller, callerAt } from './caller.js';
import { tenantFile, useOffice } from './office.js';

const office = useOffice();
const REASON = { reason: 'only a test' };

async function approval(caller: Caller, slug: string): Promise<{ verdict: string; revision: number; evidenceHash: string }> {
  const { body } = await caller.get(`/onboardings/${slug}/gates/creative_policy`);
  return { verdict: 'approve', ...z.object({ revision: z.int(), evidenceHash: z.string() }).parse(body) };
}

/** What a desk leaves that dies between the effect and the answer; or, with `alive`, one that works on it still. */
async function withoutAnswer(key: string, alive: boolean): Promise<void> {
  await office
    .desk()
    .database.db.updateTable('api_requests')
    .set({ status: null, body: null, busy_until: new Date(Date.now() + (alive ? 60_000 : -1)) })
    .where('key', '=', key)
    .execute();
}

describe('an idempotency key', () => {
  it('is demanded of every POST', async () => {
    const ops = await office.as('ops-a');
    for (const [path, body] of [
      ['/onboardings', { tenantFile: tenantFile('api_keyless') }],
      ['/plan', { tenantFile: tenantFile('api_keyless') }],
      ['/onboardings/api_keyless/pause', REASON],
    ] as const)
      expect(await ops.post(path, body, null)).toMatchObject({
        status: 400,
        body: { field: 'Idempotency-Key', message: expect.stringContaining('is missing') },
      });
    expect((await ops.post('/onboardings/api_keyless/pause', REASON, 'with blanks')).status).toBe(400);
    expect((await ops.get('/onboardings/api_keyless')).status).toBe(404);
  });

  it('hears the same answer for the same body, and a refusal for another one or another address', async () => {
    await office.atGate('api_same');
    const [ops, other] = [await office.as('ops-a'), await office.as('ops-finance-a')];
    const key = 'api-same-1';
    const first = await ops.post('/onboardings/api_same/pause', REASON, key);
    expect(first.status).toBe(200);
    const again = await ops.post('/onboardings/api_same/pause', REASON, key);
    expect([again.status, again.body, again.headers.get('idempotency-replayed')]).toEqual([200, first.body, 'true']);
    expect(await ops.post('/onboardings/api_same/pause', { reason: 'another reason' }, key)).toMatchObject({
      status: 409,
      body: { code: 'idempotency_key_reused' },
    });
    expect((await ops.post('/onboardings/api_same/resume', REASON, key)).status).toBe(409);
    // Keys are each person's own.
    expect((await other.post('/onboardings/api_same/resume', REASON, key)).status).toBe(200);
    expect(await office.rows('api_same', 'verb_pause', 'verb_resume')).toHaveLength(2);
  });

  it('is free again when what was sent was malformed', async () => {
    await office.atGate('api_mended');
    const ops = await office.as('ops-a');
    expect((await ops.post('/onboardings/api_mended/pause', { reason: 'x' }, 'api-mended')).status).toBe(400);
    expect((await ops.post('/onboardings/api_mended/pause', REASON, 'api-mended')).status).toBe(200);
  });

  it('has one effect when twenty send it at once, and a refusal is refused the same way to all', async () => {
    const onboarding = await office.atGate('api_at_once');
    const approver = await office.as('approver-a');
    const seen = await approval(approver, 'api_at_once');
    const path = '/onboardings/api_at_once/gates/creative_policy/decisions';
    const all = await Promise.all(Array.from({ length: 20 }, () => approver.post(path, seen, 'api-at-once')));
    expect(new Set(all.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(all[0]).toMatchObject({ status: 200, body: { accepted: true } });
    await onboarding.handle.result();
    expect(await office.rows('api_at_once', 'decision_accepted')).toHaveLength(1);
    expect(await office.rows('api_at_once', 'decision_attempted')).toHaveLength(1);
    const [one, two] = await Promise.all(
      ['late', 'late'].map(() => approver.post(path, { ...seen, verdict: 'reject', reason: 'too late' }, 'api-late')),
    );
    expect(one).toMatchObject({ status: 409, body: { code: 'gate_already_decided' } });
    expect(two?.body).toEqual(one?.body);
  });

  it('has one effect when the desk dies between effect and answer', async () => {
    await office.atGate('api_died');
    const [ops, approver] = [await office.as('ops-a'), await office.as('approver-a')];
    const seen = await approval(approver, 'api_died');
    const decided = await approver.post('/onboardings/api_died/gates/creative_policy/decisions', seen, 'api-died-decision');
    await withoutAnswer('api-died-decision', false);
    const again = await approver.post('/onboardings/api_died/gates/creative_policy/decisions', seen, 'api-died-decision');
    expect([again.status, again.body]).toEqual([200, decided.body]);
    expect(await office.rows('api_died', 'decision_accepted')).toHaveLength(1);

    await office.atGate('api_died_too');
    const paused = await ops.post('/onboardings/api_died_too/pause', REASON, 'api-died-pause');
    expect((await ops.post('/onboardings/api_died_too/resume', REASON)).status).toBe(200);
    await withoutAnswer('api-died-pause', false);
    const pausedAgain = await ops.post('/onboardings/api_died_too/pause', REASON, 'api-died-pause');
    expect([pausedAgain.status, pausedAgain.body]).toEqual([200, paused.body]);
    expect(await office.rows('api_died_too', 'verb_pause')).toHaveLength(1);
    expect((await ops.get('/onboardings/api_died_too')).body).toMatchObject({ status: { state: 'waiting' } });

    await office.expectTenant('api_died_start');
    const file = { tenantFile: tenantFile('api_died_start') };
    expect((await ops.post('/onboardings', file, 'api-died-start')).status).toBe(201);
    await withoutAnswer('api-died-start', false);
    expect(await ops.post('/onboardings', file, 'api-died-start')).toMatchObject({ status: 200, body: { answer: { outcome: 'joined' } } });
    expect(await office.rows('api_died_start', 'onboarding_started')).toHaveLength(1);
  });

  it('says clearly that the first is still at work', async () => {
    await office.atGate('api_busy');
    const ops = await office.as('ops-a');
    await ops.post('/onboardings/api_busy/pause', REASON, 'api-busy');
    await withoutAnswer('api-busy', true);
    const port = await freePort();
    const { deps } = office.desk();
    const server = serve({ fetch: deskApp({ ...deps, api: { patienceMs: 200 } }).fetch, hostname: '127.0.0.1', port });
    const hasty = callerAt(`http://127.0.0.1:${port}`, { authorization: `Bearer ${await office.desk().token('ops-a')}` });
    const answer = await hasty.post('/onboardings/api_busy/pause', REASON, 'api-busy');
    await new Promise((settle) => server.close(settle));
    expect(answer).toMatchObject({ status: 409, body: { code: 'request_in_flight', mend: expect.stringContaining('same key') } });
    expect(answer.headers.get('retry-after')).toBe('5');
  });

  it('survives Temporal being away: a clear word, nothing half done, and the same request again has one effect', async () => {
    const ops = await office.as('ops-a');
    await office.expectTenant('api_away');
    const file = { tenantFile: tenantFile('api_away') };
    office.temporal.away = Object.assign(new Error('failed to connect to 127.0.0.1:7233'), { name: 'TemporalUnavailable' });
    const away = await ops.post('/onboardings', file, 'api-away');
    expect(away).toMatchObject({ status: 503, body: { code: 'temporal_away', mend: expect.stringContaining('same Idempotency-Key') } });
    expect(JSON.stringify(away.body)).not.toContain('127.0.0.1');
    expect((await ops.post('/onboardings/api_away/pause', REASON, 'api-away-pause')).status).toBe(503);
    office.temporal.away = undefined;
    expect(await office.rows('api_away')).toEqual([]);
    const both = await Promise.all([ops.post('/onboardings', file, 'api-away'), ops.post('/onboardings', file, 'api-away')]);
    expect(both.map(({ status }) => status)).toEqual([201, 201]);
    expect(await office.rows('api_away', 'onboarding_started')).toHaveLength(1);
  });

  it('forgets answers after a week, and only then', async () => {
    const ops = await office.as('ops-a');
    const { db } = office.desk().database;
    const key = randomUUID();
    expect((await ops.post('/onboardings/api_mended/resume', REASON, key)).status).toBe(200);
    const row = await db.selectFrom('api_requests').selectAll().where('key', '=', key).executeTakeFirstOrThrow();
    expect((row.expires_at.getTime() - Date.now()) / 86_400_000).toBeCloseTo(7, 1);
    await db
      .updateTable('api_requests')
      .set({ expires_at: new Date(Date.now() - 1_000) })
      .where('key', '=', key)
      .execute();
    // The key is another request's now.
    expect((await ops.post('/onboardings/api_mended/pause', REASON, key)).status).toBe(200);
  });
});
