import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ProviderConfig } from '../../src/config/provider.js';
import { freePort } from '../../src/process/free-port.js';
import { type Browser, type Desk, PEOPLE, startDesk } from './desk.js';
import { CLIENT, type OpenIdProvider, pathOf, startProvider, walk } from './openid-provider.js';
import { save, statusOf } from './statuses.js';

let clockAheadMs = 0;

async function pair(change: Partial<ProviderConfig> = {}, idTokenLastsSeconds = 600): Promise<{ provider: OpenIdProvider; desk: Desk }> {
  const port = await freePort();
  const desk = await startDesk({
    clock: () => new Date(Date.now() + clockAheadMs),
    config: (origin) => ({
      origin,
      provider: {
        issuer: `http://127.0.0.1:${port}`,
        clientId: CLIENT.id,
        clientSecret: CLIENT.secret,
        claim: 'email',
        scopes: 'openid email',
        clockSkewSeconds: 60,
        tokenSignIn: true,
        redirectAddress: `${origin}/sign-in/callback`,
        afterSignOut: `${origin}/sign-in`,
        ...change,
      },
    }),
  });
  return { provider: await startProvider(port, desk.origin, idTokenLastsSeconds), desk };
}

let provider: OpenIdProvider;
let desk: Desk;
beforeAll(async () => {
  ({ provider, desk } = await pair());
});
beforeEach(() => {
  desk.people = PEOPLE;
  provider.accounts.clear();
  provider.accounts.set('u-1', { email: 'Approver-A@example.org', email_verified: true });
});
afterEach(() => {
  clockAheadMs = 0;
});
afterAll(async () => {
  await desk.close();
  await provider.stop();
});

async function begun(browser: Browser, back = '/'): Promise<string> {
  const away = await browser.get(`/sign-in/provider?back=${encodeURIComponent(back)}`);
  expect(away.status).toBe(303);
  return away.headers.get('location') ?? '';
}

/** A browser that has been at the provider, and the path of the desk that it is led back to. */
async function returning(login: string, back?: string, at: { desk: Desk; provider: OpenIdProvider } = { desk, provider }) {
  const browser = at.desk.browser();
  const callback = await walk(at.provider.browser(), at.desk.origin, await begun(browser, back), login);
  return { browser, callback };
}

async function refusedWith(answer: Response): Promise<string> {
  const text = await answer.text();
  expect(answer.headers.getSetCookie().join()).not.toContain('kobi_session');
  return /<p class="note bad" role="alert">\s*([^<]*)/.exec(text)?.[1]?.trim() ?? text;
}

describe('signing in with an OpenID provider', () => {
  it('leads there with PKCE, state, nonce and the exact redirect address, and back to the page that was asked for', async () => {
    const browser = desk.browser();
    const page = await (await browser.get('/sign-in?back=%2Ftenants%3Fstate%3Dlive')).text();
    expect(page).toContain('href="/sign-in/provider?back=%2Ftenants%3Fstate%3Dlive"');
    const address = await begun(browser, '/tenants?state=live');
    expect(Object.fromEntries(new URL(address).searchParams)).toEqual({
      client_id: CLIENT.id,
      redirect_uri: `${desk.origin}/sign-in/callback`,
      response_type: 'code',
      scope: 'openid email',
      code_challenge_method: 'S256',
      code_challenge: expect.stringMatching(/^[\w-]{43}$/),
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    });
    const callback = await walk(provider.browser(), desk.origin, address, 'u-1');
    const back = await browser.get(callback);
    expect([back.status, back.headers.get('location')]).toEqual([303, '/tenants?state=live']);
    expect(back.headers.getSetCookie().join()).toMatch(/kobi_session=[^;]+;[^,]*HttpOnly;[^,]*SameSite=Lax/);
    expect(await (await browser.get('/')).text()).toContain('<span>approver-a</span>');
  });

  it('keeps neither code nor token of the provider: not in the address, the database or the log', async () => {
    const { browser, callback } = await returning('u-1');
    await browser.get(callback);
    const code = new URL(callback, desk.origin).searchParams.get('code') ?? 'none';
    const rows = await desk.database.db.selectFrom('desk_sessions').selectAll().execute();
    const kept = JSON.stringify([rows, desk.failures, desk.warnings, [...browser.cookies]]);
    expect(kept).not.toContain(code);
    expect(kept).not.toMatch(/eyJ[\w-]{10,}/);
    expect([...browser.cookies.keys()].toSorted()).toEqual(['kobi_by_provider', 'kobi_session']);
  });

  it('takes nobody in who comes back with another state, or in another browser', async () => {
    const { browser, callback } = await returning('u-1');
    const forged = callback.replace(/state=[^&]+/, 'state=guessed');
    const answer = await browser.get(forged);
    expect([answer.status, await refusedWith(answer)]).toEqual([400, expect.stringContaining('does not belong to this browser')]);
    // The attempt is used up: the right address does not help any more.
    expect((await browser.get(callback)).status).toBe(400);
    const other = await returning('u-1');
    expect((await desk.browser().get(other.callback)).status).toBe(400);
  });

  it('takes no other signed cookie of ours for the one of the attempt, and logs nothing of it', async () => {
    const { browser, callback } = await returning('u-1');
    const session = (await desk.signedIn('viewer-a')).cookies.get('kobi_session') ?? '';
    const failuresBefore = desk.failures.length;
    browser.cookies.set('kobi_sign_in', session);
    const answer = await browser.get(callback);
    expect([answer.status, await refusedWith(answer)]).toEqual([400, expect.stringContaining('does not belong to this browser')]);
    expect(desk.failures).toHaveLength(failuresBefore);
  });

  it('takes no ID token with another nonce', async () => {
    const browser = desk.browser();
    const address = new URL(await begun(browser));
    address.searchParams.set('nonce', 'of-another-sign-in');
    const answer = await browser.get(await walk(provider.browser(), desk.origin, address.href, 'u-1'));
    expect([answer.status, await refusedWith(answer)]).toEqual([400, expect.stringContaining('does not belong to this browser')]);
  });

  it('takes no code of somebody else’s sign-in, and none twice', async () => {
    const thief = desk.browser();
    const own = new URL(await begun(thief)).searchParams.get('state') ?? '';
    const victim = await returning('u-1');
    const stolen = victim.callback.replace(/state=[^&]+/, `state=${own}`);
    expect((await thief.get(stolen)).status).toBe(400);

    const { browser, callback } = await returning('u-1');
    const before = new Map(browser.cookies);
    expect((await browser.get(callback)).status).toBe(303);
    const copy = desk.browser();
    for (const [name, value] of before) copy.cookies.set(name, value);
    expect((await copy.get(callback)).status).toBe(400);
    expect((await copy.get('/')).status).toBe(303);
  });

  it('takes no sign-in that was begun too long ago, and no changed cookie of one', async () => {
    const late = await returning('u-1');
    clockAheadMs = 16 * 60_000;
    expect((await late.browser.get(late.callback)).status).toBe(400);
    clockAheadMs = 0;
    const changed = await returning('u-1');
    changed.browser.cookies.set('kobi_sign_in', `${changed.browser.cookies.get('kobi_sign_in') ?? ''}AA`);
    expect((await changed.browser.get(changed.callback)).status).toBe(400);
  });

  it('ends the session that the browser had before, so that none can be planted', async () => {
    const planted = await desk.signedIn('ops-a');
    const session = planted.cookies.get('kobi_session') ?? '';
    const callback = await walk(provider.browser(), desk.origin, await begun(planted), 'u-1');
    expect((await planted.get(callback)).status).toBe(303);
    expect(planted.cookies.get('kobi_session')).not.toBe(session);
    const attacker = desk.browser();
    attacker.cookies.set('kobi_session', session);
    expect((await attacker.get('/')).status).toBe(303);
  });

  it.each([
    ['is unknown here', { email: 'stranger@example.org', email_verified: true }, 'nobody of your mail address'],
    ['has no verified mail', { email: 'approver-a@example.org', email_verified: false }, 'has not verified your mail'],
    ['brings no mail', {}, 'sent no usable email'],
    ['writes a look-alike letter', { email: 'approver-a@example.or\u{ff47}', email_verified: true }, 'sent no usable email'],
    ['has a name that is markup', { email: '"<b>x</b>"@example.org', email_verified: true }, 'sent no usable email'],
  ])('refuses politely who %s', async (_who, claims, why) => {
    provider.accounts.set('u-2', claims);
    const { browser, callback } = await returning('u-2');
    const answer = await browser.get(callback);
    expect([answer.status, await refusedWith(answer)]).toEqual([403, expect.stringContaining(why)]);
    expect((await browser.get('/')).status).toBe(303);
    expect(JSON.stringify(desk.warnings)).not.toContain('example.org');
  });

  it('refuses who is disabled, and hears the provider say no', async () => {
    desk.people = { people: PEOPLE.people.map((person) => ({ ...person, disabled: person.id === 'approver-a' })) };
    const disabled = await returning('u-1');
    const answer = await disabled.browser.get(disabled.callback);
    expect([answer.status, await refusedWith(answer)]).toEqual([403, expect.stringContaining('switched off')]);

    const denied = await returning('nobody');
    const said = await denied.browser.get(denied.callback);
    expect([said.status, await refusedWith(said)]).toEqual([403, expect.stringContaining('did not sign you in')]);
  });

  it('looks at the roles anew after signing in: one that was taken away a second ago counts no more', async () => {
    await save(desk.database.db, statusOf('alpine_school'));
    provider.accounts.set('u-3', { email: 'ops-a@example.org', email_verified: true });
    const { browser, callback } = await returning('u-3');
    await browser.get(callback);
    expect((await browser.get('/start')).status).toBe(200);
    desk.people = { people: PEOPLE.people.map((person) => (person.id === 'ops-a' ? { ...person, roles: ['viewer'] } : person)) };
    expect((await browser.get('/start')).status).toBe(403);
    expect((await browser.post('/start/check', { text: '' })).status).toBe(403);
    desk.people = { people: PEOPLE.people.filter((person) => person.id !== 'ops-a') };
    expect((await browser.get('/')).status).toBe(303);
  });

  it('signs out at the provider too, and only there when the person came from there', async () => {
    const { browser, callback } = await returning('u-1');
    await browser.get(callback);
    const copy = browser.cookies.get('kobi_session') ?? '';
    await browser.get('/');
    const out = await browser.post('/sign-out', {});
    expect([out.status, out.headers.get('location')]).toEqual([303, '/signed-out']);
    const page = await browser.get('/signed-out');
    const [, address = ''] = /^1; url=(.*)$/.exec(page.headers.get('refresh') ?? '') ?? [];
    expect(address).toMatch(new RegExp(`^${provider.issuer}/session/end\\?`));
    expect(new URL(address).searchParams.get('post_logout_redirect_uri')).toBe(`${desk.origin}/sign-in`);
    expect((await provider.browser().get(pathOf(address))).status).toBe(200);
    expect([...browser.cookies.keys()]).not.toContain('kobi_by_provider');
    browser.cookies.set('kobi_session', copy);
    expect((await browser.get('/')).status).toBe(303);

    const byToken = await desk.signedIn('ops-a');
    expect((await byToken.post('/sign-out', {})).headers.get('location')).toBe('/sign-in');
    expect((await byToken.get('/signed-out')).headers.get('refresh')).toBeNull();
  });

  it('is signed out here also while the provider does not answer, and says what is left to do', async () => {
    const fresh = await pair();
    try {
      fresh.provider.accounts.set('u-1', { email: 'approver-a@example.org', email_verified: true });
      const { browser, callback } = await returning('u-1', undefined, fresh);
      await browser.get(callback);
      await fresh.provider.stop();
      clockAheadMs = 2 * 3_600_000;
      expect((await browser.post('/sign-out', {})).headers.get('location')).toBe('/signed-out');
      const page = await browser.get('/signed-out');
      expect([page.status, page.headers.get('refresh')]).toEqual([200, null]);
      expect(await page.text()).toContain('may still know you in this browser');
      expect((await browser.get('/')).status).toBe(303);
    } finally {
      await fresh.desk.close();
      await fresh.provider.stop();
    }
  });

  it('says so while the provider is away, offers another try, and lets tokens in meanwhile', async () => {
    const fresh = await pair();
    try {
      const { browser, callback } = await returning('u-1', undefined, fresh);
      fresh.provider.accounts.set('u-1', { email: 'approver-a@example.org', email_verified: true });
      await fresh.provider.stop();
      // It went away in between: what the browser brought back counts for nothing, and nothing broke.
      const between = await browser.get(callback);
      expect([between.status, await refusedWith(between)]).toEqual([503, expect.stringContaining('does not answer')]);

      // What is known of the provider is asked for anew after an hour.
      clockAheadMs = 2 * 3_600_000;
      const away = await fresh.desk.browser().get('/sign-in/provider?back=%2Fboard');
      const text = await away.clone().text();
      expect([away.status, await refusedWith(away)]).toEqual([503, expect.stringContaining('Try again in a minute')]);
      expect(text).toContain('href="/sign-in/provider?back=%2Fboard"');
      expect(text).toContain('name="token"');
      clockAheadMs = 0;
      expect((await (await fresh.desk.signedIn('ops-a')).get('/')).status).toBe(200);

      await fresh.provider.start();
      const again = await returning('u-1', '/board', fresh);
      expect((await again.browser.get(again.callback)).headers.get('location')).toBe('/board');
      expect(fresh.desk.failures).toEqual([]);
    } finally {
      await fresh.desk.close();
      await fresh.provider.stop();
    }
  });

  it('makes whoever comes back with nothing wait, without holding up tokens', async () => {
    const fresh = await pair();
    try {
      const statuses: number[] = [];
      for (let tries = 0; tries < 22; tries += 1)
        statuses.push((await fresh.desk.browser().get(`/sign-in/callback?code=guess&state=${tries}`)).status);
      expect([statuses[0], statuses.at(-1)]).toEqual([400, 429]);
      expect((await (await fresh.desk.signedIn('ops-a')).get('/')).status).toBe(200);
    } finally {
      await fresh.desk.close();
      await fresh.provider.stop();
    }
  });
});

describe('another claim, no tokens, and clocks that differ', () => {
  it('compares the claim with ids exactly, keeps tokens out, and bears the clock skew that is set', async () => {
    const fresh = await pair({ claim: 'preferred_username', scopes: 'openid profile', tokenSignIn: false }, 5);
    try {
      const { accounts } = fresh.provider;
      accounts.set('u-1', { preferred_username: 'approver-a' });
      accounts.set('u-2', { preferred_username: 'Approver-A' });
      accounts.set('u-3', { preferred_username: 'approver-a@example.org' });
      const statuses: number[] = [];
      for (const login of ['u-1', 'u-2', 'u-3']) {
        const { browser, callback } = await returning(login, undefined, fresh);
        statuses.push((await browser.get(callback)).status);
      }
      expect(statuses).toEqual([303, 403, 403]);

      expect(await (await fresh.desk.browser().get('/sign-in')).text()).not.toContain('name="token"');
      const token = await fresh.desk.browser().post('/sign-in', { token: await fresh.desk.token('ops-a') });
      expect([token.status, await refusedWith(token)]).toEqual([403, expect.stringContaining('sign in with the provider')]);
    } finally {
      await fresh.desk.close();
      await fresh.provider.stop();
    }
  });

  it.each([
    [40, 303],
    [90, 400],
  ])('of tokens that last 5 s, a desk whose clock is %i s ahead makes %i', async (aheadSeconds, status) => {
    clockAheadMs = aheadSeconds * 1_000;
    const fresh = await pair({}, 5);
    try {
      fresh.provider.accounts.set('u-1', { email: 'approver-a@example.org', email_verified: true });
      const { browser, callback } = await returning('u-1', undefined, fresh);
      expect((await browser.get(callback)).status).toBe(status);
    } finally {
      await fresh.desk.close();
      await fresh.provider.stop();
    }
  });
});
