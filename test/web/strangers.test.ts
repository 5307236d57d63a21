import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Browser, type Desk, startDesk } from './desk.js';
import { openGate, save, statusOf } from './statuses.js';

const EVIL = 'evil.example.org';
/** Headers by which a request, or a proxy that believes it, claims another host. */
const FORGED = {
  'x-forwarded-host': EVIL,
  'x-forwarded-proto': 'https',
  'x-original-host': EVIL,
  'x-original-url': '/board',
  'x-rewrite-url': '/board',
  forwarded: `host=${EVIL};proto=https`,
};

let desk: Desk;
let ops: Browser;
beforeAll(async () => {
  desk = await startDesk({ config: (origin) => ({ origin }) });
  await save(desk.database.db, statusOf('alpine_school', { state: 'waiting', gates: [openGate()] }));
  ops = await desk.signedIn('ops-a');
  await ops.get('/tenants');
});
afterAll(() => desk.close());

describe('a stranger', () => {
  it('bends no address by claiming another host', async () => {
    const answers = [
      await desk.browser().get('/', FORGED),
      await desk.browser().get('/sign-in?back=/board', FORGED),
      await desk.browser().post('/sign-in', { token: await desk.token('ops-a') }, FORGED),
      await ops.get('/', FORGED),
      await ops.get('/tenants', FORGED),
      await ops.get('/nowhere', FORGED),
    ];
    for (const answer of answers) {
      expect(JSON.stringify([...answer.headers])).not.toContain(EVIL);
      expect(await answer.text()).not.toContain(EVIL);
      const location = answer.headers.get('location');
      if (location !== null) expect(location).toMatch(/^\//);
    }
    expect(answers.map(({ status }) => status)).toEqual([303, 200, 303, 200, 200, 404]);
  });

  it('signs nobody in from another site, and nobody out', async () => {
    const token = await desk.token('ops-a');
    for (const headers of [{ origin: `https://${EVIL}` }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }]) {
      const into = await desk.browser().post('/sign-in', { token }, headers);
      const out = await ops.post('/sign-out', {}, headers);
      expect([into.status, out.status]).toEqual([403, 403]);
      expect([...into.headers.getSetCookie(), ...out.headers.getSetCookie()]).toEqual([]);
    }
    expect((await ops.get('/')).status).toBe(200);
  });

  it('sees no cookie on a line that is not encrypted, where the desk is on https', async () => {
    const origin = 'https://desk.example.org';
    const secured = await startDesk({ config: () => ({ origin }) });
    try {
      const answer = await secured.browser().post('/sign-in', { token: await secured.token('ops-a') }, { origin });
      const [cookie = ''] = answer.headers.getSetCookie();
      expect([answer.status, cookie]).toEqual([303, expect.stringMatching(/^kobi_session=.*; Secure/)]);
      expect(answer.headers.get('strict-transport-security')).toContain('max-age=');
    } finally {
      await secured.close();
    }
  });

  it('gets nothing by a token in an address, and the address gets into no log', async () => {
    const token = await desk.token('ops-a');
    for (const path of [`/sign-in?token=${token}`, `/?token=${token}`, `/tenants?access_token=${token}`]) {
      const answer = await desk.browser().get(path);
      expect(answer.headers.getSetCookie()).toEqual([]);
      expect(await answer.text()).not.toContain(token);
      expect([200, 303]).toContain(answer.status);
    }
    const asBearer = await desk.browser().get('/tenants', { authorization: `Bearer ${token}` });
    expect(asBearer.status).toBe(303);
    expect(JSON.stringify([desk.failures, desk.warnings])).not.toContain(token);
  });

  it('makes no session out of a cookie that is not ours to the letter', async () => {
    const value = decodeURIComponent(ops.cookies.get('kobi_session') ?? '');
    const [token = '', signature = ''] = value.split('.');
    const other = await desk.signedIn('viewer-a');
    const [, foreign = ''] = decodeURIComponent(other.cookies.get('kobi_session') ?? '').split('.');
    for (const forged of [
      '',
      token,
      `${token}.`,
      `${token}.${foreign}`,
      `${token}x.${signature}`,
      `.${signature}`,
      `${value}.${signature}`,
      'x'.repeat(6_000),
    ]) {
      const browser = desk.browser();
      browser.cookies.set('kobi_session', encodeURIComponent(forged));
      const answer = await browser.get('/tenants');
      expect([forged.slice(0, 12), answer.status]).toEqual([forged.slice(0, 12), 303]);
    }
  });

  it('sends no form with the token of another session', async () => {
    const viewer = await desk.signedIn('viewer-a');
    const csrf = /name="csrf-token" content="([^"]*)"/.exec(await (await viewer.get('/')).text())?.[1] ?? '';
    expect(csrf.length).toBeGreaterThan(40);
    for (const wrong of [csrf, '', csrf.slice(1)])
      expect((await ops.post('/start/check', { text: '', csrf: wrong })).status, wrong).toBe(403);
    const json = await ops.post('/start/check', {}, { 'content-type': 'application/json' });
    expect(json.status).toBe(403);
  });

  it('changes nothing by another method, and leaves no folder', async () => {
    const before = await ops.get('/tenants/alpine_school/gates/creative_policy/decide', { 'x-http-method-override': 'POST' });
    expect(before.status).toBe(404);
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const answer = await fetch(`${desk.origin}/tenants/alpine_school`, { method, redirect: 'manual' });
      expect([method, answer.status]).toEqual([method, 303]);
      expect(answer.headers.get('access-control-allow-origin')).toBeNull();
    }
    for (const path of [
      '/assets/../../package.json',
      '/assets/%2e%2e%2f%2e%2e%2fpackage.json',
      '/assets/..%5c..%5cpackage.json',
      '/assets/desk.css%00',
    ])
      expect((await ops.get(path)).status, path).toBe(404);
  });

  it('breaks no page by what stands in its address', async () => {
    const odd = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        '\0',
        '%',
        '%00',
        "'",
        '\\',
        '-1',
        '1e309',
        'NaN',
        '9'.repeat(30),
        '__proto__',
        '../..',
        '{"a":1}',
        '\u202e',
        '\ud800',
        'a'.repeat(3_000),
      ),
    );
    const spelt = (text: string): string => encodeURIComponent(Buffer.from(text).toString());
    const addresses = fc.oneof(
      fc
        .tuple(
          fc.constantFrom('/', '/tenants', '/board', '/reviews', '/start'),
          fc.constantFrom('q', 'state', 'ball', 'sort', 'page', 'gate', 'after', 'mine', 'row'),
          odd,
        )
        .map(([path, name, value]) => `${path}?${name}=${spelt(value)}`),
      fc
        .tuple(fc.constantFrom('', '/gates/creative_policy', '/links', '/files/'), odd)
        .map(([rest, slug]) => `/tenants/${spelt(slug)}${rest}`),
      odd.map((id) => `/client/${spelt(id)}`),
      odd.map((back) => `/sign-in?back=${spelt(back)}`),
    );
    for (const address of fc.sample(addresses, { numRuns: 150, seed: 26 })) {
      const { status } = await ops.get(address);
      expect(status < 500, `${address}: ${status}`).toBe(true);
    }
    expect(desk.failures).toEqual([]);
  });

  it('learns from a form with a character that is none what is wrong, and leaves no half of it', async () => {
    const wrong = await ops.post('/sign-in', { token: 'kobi_\0' });
    expect(wrong.status).toBe(401);
    for (const path of ['/tenants/alpine_school/links', '/tenants/a%00b/links', '/reviews/alpine_school/a%00b'])
      expect(
        (await ops.post(path, { purpose: 'verification_papers', why: 'a\0b', days: '7', outcome: 'confirmed', remark: 'a\0b' })).status,
        path,
      ).toBeLessThan(500);
    expect(desk.failures).toEqual([]);
  });
});

describe('a link of a client', () => {
  it('gets into no log when its page fails', async () => {
    const broken = await startDesk();
    await broken.database.db.schema.dropTable('client_files').execute();
    await broken.database.db.schema.dropTable('client_links').cascade().execute();
    try {
      const answer = await broken.browser().get(`/client/kcl_${'a'.repeat(43)}`);
      expect([answer.status, broken.failures]).toMatchObject([500, [{ path: '/client/…' }]]);
    } finally {
      await broken.close();
    }
  });
});
