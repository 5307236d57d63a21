import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Caller } from './caller.js';
import { tenantFile, useOffice } from './office.js';

const office = useOffice();

const gateAnswer = z.looseObject({ revision: z.int(), evidenceHash: z.string() });
const GATE = '/gates/creative_policy';

/** An approval of what the gate shows now. */
async function approval(caller: Caller, slug: string): Promise<{ verdict: string; revision: number; evidenceHash: string }> {
  const { revision, evidenceHash } = gateAnswer.parse((await caller.get(`/onboardings/${slug}${GATE}`)).body);
  return { verdict: 'approve', revision, evidenceHash };
}

describe('who am I and what is there', () => {
  it('tells whose token it is, and the failure table', async () => {
    const viewer = await office.as('viewer-a');
    expect(await viewer.get('/whoami')).toMatchObject({
      status: 200,
      body: { id: 'viewer-a', mail: 'viewer-a@example.org', roles: ['viewer'], tenants: '*' },
    });
    const { body } = await viewer.get('/errors');
    expect(body).toContainEqual(expect.objectContaining({ code: 'gate_rejected', mend: expect.stringContaining('kobi amend') }));
  });

  it('names every fault of a request at once, and nothing is done', async () => {
    const ops = await office.as('ops-a');
    const answer = await ops.post('/onboardings/api_faults/pause', { reason: 'x', actor: 'admin-a' }, null);
    expect(answer.status).toBe(400);
    expect(answer.body).toMatchObject({
      faults: expect.arrayContaining([expect.objectContaining({ path: 'actor', problem: 'is not a field here' })]),
    });
    const { faults } = z.object({ faults: z.array(z.object({ path: z.string() })) }).parse(answer.body);
    expect(faults.map(({ path }) => path).sort()).toEqual(['Idempotency-Key', 'actor', 'reason']);
    expect(await ops.post('/plan', '{"tenantFile": ')).toMatchObject({
      status: 400,
      body: { message: 'the body is no JSON; nothing was done' },
    });
    expect((await ops.get('/onboardings?limit=0&state=asleep')).status).toBe(400);
  });
});

describe('an onboarding by HTTP alone', () => {
  it('is planned, started once, found, decided, amended and cancelled', async () => {
    const [ops, approver] = [await office.as('ops-a'), await office.as('approver-a')];
    const onboarding = await office.expectTenant('api_school');
    const file = tenantFile('api_school');

    expect(await ops.post('/plan', { tenantFile: file })).toMatchObject({ status: 500 });
    expect(await ops.post('/onboardings', { tenantFile: file })).toMatchObject({
      status: 201,
      body: { name: 'api_school', answer: { outcome: 'started' } },
    });
    expect(await ops.post('/onboardings', { tenantFile: file })).toMatchObject({ status: 200, body: { answer: { outcome: 'joined' } } });
    const changed = tenantFile('api_school', { 'Small classes in the mountains': 'Large halls in the valley' });
    expect(await ops.post('/onboardings', { tenantFile: changed })).toMatchObject({
      status: 409,
      body: { code: 'other_tenant_file', start: { outcome: 'refused', differences: [{ path: 'creatives.1.text' }] } },
    });
    await onboarding.untilGate('creative_policy', 'open');
    await office.untilInInbox('api_school');

    expect(await ops.get('/onboardings?limit=1')).toMatchObject({ status: 200, body: { onboardings: [{ slug: 'api_school' }] } });
    expect((await ops.get('/onboardings?state=live&state=cancelled')).body).toMatchObject({ onboardings: [], next: null });
    expect((await ops.get('/onboardings/api_school')).body).toMatchObject({
      source: 'run',
      status: { slug: 'api_school', startedBy: 'ops-a' },
    });
    expect((await approver.get('/gates?slug=api_school&for=approver-a@example.org')).body).toMatchObject({
      gates: [{ gate: 'creative_policy', mine: true }],
    });
    expect((await approver.get('/gates?for=finance-a&gate=creative_policy')).body).toMatchObject({ gates: [] });
    const shown = await approver.get(`/onboardings/api_school${GATE}`);
    // A file of the desk's machine is looked at on the desk.
    expect(shown.body).toMatchObject({
      state: 'open',
      exhibits: [{ id: 'open-day', at: '/tenants/api_school/gates/creative_policy/files/open-day' }, {}],
    });

    const seen = await approval(approver, 'api_school');
    expect(await ops.post('/onboardings/api_school/pause', { reason: 'the client is away' })).toMatchObject({
      status: 200,
      body: { accepted: true },
    });
    expect((await ops.post('/onboardings/api_school/resume', { reason: 'the client is back' })).status).toBe(200);
    expect(await ops.post('/onboardings/api_school/retry', { reason: 'just to be sure' })).toMatchObject({
      status: 409,
      body: { code: 'nothing_to_retry' },
    });
    expect(await ops.post('/onboardings/api_school/skip', { reason: 'not wanted', step: 'pixel' })).toMatchObject({ status: 400 });
    expect(await ops.post('/onboardings/api_school/provide', { what: { kind: 'test_event_code', code: 'TEST10002' } })).toMatchObject({
      body: { message: expect.any(String) },
    });
    expect(await ops.post('/onboardings/api_school/amend', { reason: 'another text', tenantFile: changed })).toMatchObject({
      status: 200,
      body: { accepted: true, steps: expect.arrayContaining(['creative_policy']) },
    });
    await onboarding.untilGate('creative_policy', 'open', 2);
    const stale = await approver.post(`/onboardings/api_school${GATE}/decisions`, seen);
    expect(stale).toMatchObject({ status: 409, body: { code: 'stale_revision', decision: { accepted: false } } });
    expect((await ops.post('/onboardings/api_school/cancel', { reason: 'the client went away' })).status).toBe(200);
    await onboarding.handle.result();

    const csv = await ops.get('/audit?slug=api_school&format=csv');
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect(csv.body).toMatch(/"verb_amend".*"ops-a"/);
    const lines = z
      .string()
      .parse((await ops.get('/audit?slug=api_school')).body)
      .trim()
      .split('\n');
    const kinds = lines.map((line) => z.object({ kind: z.string() }).parse(JSON.parse(line)).kind);
    expect(kinds).toEqual(expect.arrayContaining(['onboarding_started', 'verb_pause', 'verb_resume', 'decision_refused', 'verb_cancel']));
    expect(office.desk().failures).toHaveLength(1);
  });

  it('starts many, or none when one file is wrong', async () => {
    const ops = await office.as('ops-a');
    const files = (...slugs: string[]) => slugs.map((slug) => ({ name: `${slug}.yaml`, text: tenantFile(slug) }));
    const wrong = await ops.post('/onboardings/batch', {
      tenantFiles: [...files('api_one', 'api_one'), { name: 'bad.yaml', text: tenantFile('api_bad', { 'country: DE': 'country: XX' }) }],
    });
    expect(wrong).toMatchObject({
      status: 400,
      body: {
        faults: [
          { path: 'slug', file: 'api_one.yaml' },
          { path: 'country', file: 'bad.yaml', line: expect.any(Number) },
        ],
      },
    });
    expect((await ops.get('/onboardings/api_one')).status).toBe(404);
    await Promise.all(['api_one', 'api_two'].map((slug) => office.expectTenant(slug)));
    expect(await ops.post('/onboardings/batch', { tenantFiles: files('api_one', 'api_two') })).toMatchObject({
      status: 200,
      body: [{ name: 'api_one.yaml', answer: { outcome: 'started' } }, { answer: { outcome: 'started' } }],
    });
  });
});

describe('a decision', () => {
  it('counts once, and whoever comes second hears who decided and when', async () => {
    const onboarding = await office.atGate('api_decided');
    const [a, b] = [await office.as('approver-a'), await office.as('approver-b')];
    const seen = await approval(a, 'api_decided');
    const path = `/onboardings/api_decided${GATE}/decisions`;
    expect(await a.post(path, seen)).toMatchObject({ status: 200, body: { accepted: true, gateState: 'approved' } });
    await onboarding.handle.result();
    // After the end of the run, too.
    expect(await b.post(path, { ...seen, verdict: 'reject', reason: 'too late' })).toMatchObject({
      status: 409,
      body: { code: 'gate_already_decided', decided: [{ actor: 'approver-a', verdict: 'approve' }] },
    });
  });
});
