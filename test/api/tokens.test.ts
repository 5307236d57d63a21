import { serve } from '@hono/node-server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../src/domain/people.js';
import { freePort } from '../../src/process/free-port.js';
import { createAccessToken, revokeAccessTokens } from '../../src/store/access-tokens.js';
import { deskApp } from '../../src/web/desk.js';
import { type Desk, startDesk } from '../web/desk.js';
import { callerAt } from './caller.js';
import { PEOPLE, tenantFile } from './office.js';

let desk: Desk;
beforeAll(async () => {
  desk = await startDesk();
  desk.people = PEOPLE;
});
afterAll(() => desk.close());

const holding = (token: string) => callerAt(desk.origin, { authorization: `Bearer ${token}` });

/** The people with one of them changed, from the next request on. */
function change(id: string, to: { readonly roles?: Role[]; readonly disabled?: boolean } | undefined): void {
  desk.people = { people: PEOPLE.people.flatMap((each) => (each.id !== id ? [each] : to === undefined ? [] : [{ ...each, ...to }])) };
}

describe('a token', () => {
  it('is demanded, and must be known, in force and somebody’s', async () => {
    const { db } = desk.database;
    const week = 7 * 86_400_000;
    const expired = await createAccessToken(db, { person: 'ops-a', label: 'old', lastsMs: week }, new Date(Date.now() - week - 1_000));
    const revoked = await createAccessToken(db, { person: 'ops-a', label: 'gone', lastsMs: week }, new Date());
    await revokeAccessTokens(db, 'ops-a', 'gone', new Date());
    const nobodys = await desk.token('left-us');
    for (const token of ['kobi_wrong', expired, revoked, nobodys]) {
      const answer = await holding(token).get('/whoami');
      expect(answer).toMatchObject({ status: 401, body: { code: 'no_valid_token' } });
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
    for (const headers of [{}, { authorization: 'Basic b3BzLWE6eA==' }, { authorization: 'Bearer ' }])
      expect((await callerAt(desk.origin, headers).get('/onboardings')).status).toBe(401);
  });

  it('is never a cookie: whoever is signed in at the desk in a browser does nothing here', async () => {
    const browser = await desk.signedIn('ops-a');
    expect((await browser.get('/api/v1/whoami')).status).toBe(401);
    const forged = await browser.post(
      '/api/v1/onboardings/alpine_school/cancel',
      { reason: 'from a page elsewhere' },
      { 'idempotency-key': 'forged' },
    );
    expect(forged.status).toBe(401);
  });

  it('carries the roles of this very moment', async () => {
    const ops = holding(await desk.token('ops-a'));
    const pause = () => ops.post('/onboardings/api_roles/pause', { reason: 'only a test' });
    // May, but this desk has no Temporal server.
    expect((await pause()).status).toBe(500);
    change('ops-a', { roles: ['viewer'] });
    expect(await pause()).toMatchObject({ status: 403, body: { code: 'not_an_operator' } });
    change('ops-a', { disabled: true });
    expect(await ops.get('/whoami')).toMatchObject({ status: 403, body: { code: 'person_disabled' } });
    change('ops-a', undefined);
    expect((await pause()).status).toBe(401);
    desk.people = PEOPLE;
    expect(await ops.get('/whoami')).toMatchObject({ status: 200, body: { roles: ['ops'] } });
  });

  it('opens the tenants of its person and tells of no others', async () => {
    const elsewhere = holding(await desk.token('ops-elsewhere'));
    const unknown = await elsewhere.get('/onboardings/nobody_at_all');
    expect(await elsewhere.get('/onboardings/alpine_school')).toMatchObject({ status: 404, body: { code: 'unknown_tenant' } });
    expect(JSON.stringify(unknown.body)).toContain('nobody_at_all');
    for (const path of ['pause', 'cancel', 'retry'])
      expect((await elsewhere.post(`/onboardings/alpine_school/${path}`, { reason: 'only a test' })).status).toBe(404);
    expect((await elsewhere.get('/audit?slug=alpine_school')).status).toBe(404);
    expect((await elsewhere.get('/gates?slug=alpine_school')).status).toBe(404);
  });

  it('is held up alone by its own haste', async () => {
    const port = await freePort();
    const server = serve({ fetch: deskApp({ ...desk.deps, api: { perMinute: 3 } }).fetch, hostname: '127.0.0.1', port });
    const at = async (person: string) => callerAt(`http://127.0.0.1:${port}`, { authorization: `Bearer ${await desk.token(person)}` });
    const [hasty, calm] = [await at('ops-a'), await at('viewer-a')];
    const statuses: number[] = [];
    for (let sent = 0; sent < 4; sent += 1) statuses.push((await hasty.get('/whoami')).status);
    expect(statuses).toEqual([200, 200, 200, 429]);
    const refused = await hasty.get('/errors');
    expect(refused).toMatchObject({ status: 429, body: { code: 'too_many_requests' } });
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await calm.get('/whoami')).status).toBe(200);
    await new Promise((settle) => server.close(settle));
  });

  it('is not guessed: an address that tries ten waits, and right tokens still count there', async () => {
    const guesser = holding('kobi_guess');
    const statuses = new Set<number>();
    for (let tries = 0; tries < 12; tries += 1) statuses.add((await guesser.get('/whoami')).status);
    expect([...statuses].at(-1)).toBe(429);
    expect((await holding(await desk.token('ops-a')).get('/whoami')).status).toBe(200);
  });

  it('sends no more than is taken at once', async () => {
    const ops = holding(await desk.token('ops-a'));
    const large = 'x'.repeat(5 * 1_024 * 1_024);
    expect(await ops.post('/onboardings', { tenantFile: large })).toMatchObject({ status: 413, body: { code: 'too_large' } });
    expect((await ops.post('/onboardings', { tenantFile: 'x'.repeat(1_000_001) })).status).toBe(400);
  });
});

describe('when the database is away', () => {
  it('says so and what to do, without a word of where it is', async () => {
    const ops = holding(await desk.token('ops-a'));
    const port = await freePort();
    const away = {
      ...desk.deps,
      people: () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:5432'), { code: 'ECONNREFUSED' })),
    };
    const server = serve({ fetch: deskApp(away).fetch, hostname: '127.0.0.1', port });
    const caller = callerAt(`http://127.0.0.1:${port}`, { authorization: `Bearer ${await desk.token('ops-a')}` });
    const answer = await caller.get('/onboardings');
    expect(answer).toMatchObject({ status: 503, body: { code: 'database_away' } });
    expect(JSON.stringify(answer.body)).not.toContain('10.0.0.1');
    expect((await ops.get('/onboardings')).status).toBe(200);
    await new Promise((settle) => server.close(settle));
  });
});

describe('a plan', () => {
  it('tells what only the live Business Center asks of a file, as kobi plan does', async () => {
    const port = await freePort();
    const businessCenter = () => Promise.resolve({ currency: 'USD', type: 'SELF_SERVICE', registeredArea: 'DE' });
    const server = serve({ fetch: deskApp({ ...desk.deps, businessCenter }).fetch, hostname: '127.0.0.1', port });
    const caller = callerAt(`http://127.0.0.1:${port}`, { authorization: `Bearer ${await desk.token('ops-a')}` });
    const answer = await caller.post('/plan', { tenantFile: tenantFile('api_currency') });
    expect(answer).toMatchObject({ status: 400, body: { field: 'currency', faults: [{ path: 'currency', line: expect.any(Number) }] } });
    await new Promise((settle) => server.close(settle));
  });
});
