import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { revokeAccessTokens } from '../../src/store/access-tokens.js';
import { type Desk, PEOPLE, startDesk } from './desk.js';

let desk: Desk;
beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.close());

describe('signing in', () => {
  it('sends a stranger to the sign-in page and back to what they asked for', async () => {
    const browser = desk.browser();
    const away = await browser.get('/?sort=due');
    expect([away.status, away.headers.get('location')]).toEqual([303, '/sign-in?back=%2F%3Fsort%3Ddue']);
    const back = await browser.post('/sign-in', { token: await desk.token('approver-a'), back: '/?sort=due' });
    expect([back.status, back.headers.get('location')]).toEqual([303, '/?sort=due']);
    const page = await browser.get('/');
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('approver-a');
  });

  it.each(['https://evil.example.org/', '//evil.example.org/', '/\\evil.example.org', 'javascript:alert(1)'])(
    'leads nowhere else afterwards: %s',
    async (back) => {
      const answer = await desk.browser().post('/sign-in', { token: await desk.token('approver-a'), back });
      expect(answer.headers.get('location')).toBe('/');
    },
  );

  it('keeps the session out of reach of scripts and other sites, and out of the database', async () => {
    const answer = await desk.browser().post('/sign-in', { token: await desk.token('approver-a') });
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/HttpOnly/);
    expect(cookie).toMatch(/SameSite=Lax/);
    const value = decodeURIComponent(/kobi_session=([^;]+)/.exec(cookie)?.[1] ?? '').split('.')[0] ?? '';
    expect(value).toMatch(/^kds_/);
    const rows = await desk.database.db.selectFrom('desk_sessions').selectAll().execute();
    expect(JSON.stringify(rows)).not.toContain(value);
  });

  it('refuses a changed cookie, a revoked token, and a person who was disabled a second ago', async () => {
    const browser = await desk.signedIn('approver-a');
    expect((await browser.get('/')).status).toBe(200);
    const value = browser.cookies.get('kobi_session') ?? '';
    browser.cookies.set('kobi_session', `${value.slice(0, -6)}AAAAAA`);
    expect((await browser.get('/')).status).toBe(303);
    browser.cookies.set('kobi_session', value);

    const token = await desk.token('finance-a');
    expect(await revokeAccessTokens(desk.database.db, 'finance-a', 'test', new Date())).toBe(1);
    expect((await desk.browser().post('/sign-in', { token })).status).toBe(401);

    desk.people = { people: PEOPLE.people.map((person) => (person.id === 'approver-a' ? { ...person, disabled: true } : person)) };
    expect((await browser.get('/')).status).toBe(303);
    desk.people = PEOPLE;
  });

  it('ends when a token of the person is revoked, for the browser of a thief too, and for nobody else', async () => {
    const token = await desk.token('finance-b');
    const [thief, other] = [desk.browser(), await desk.signedIn('viewer-a')];
    await thief.post('/sign-in', { token });
    expect((await thief.get('/')).status).toBe(200);
    await revokeAccessTokens(desk.database.db, 'finance-b', 'no such label', new Date());
    expect((await thief.get('/')).status).toBe(200);
    await revokeAccessTokens(desk.database.db, 'finance-b', 'test', new Date());
    expect((await thief.get('/')).status).toBe(303);
    expect((await other.get('/')).status).toBe(200);
  });

  it('ends at signing out, also for a copy of the cookie', async () => {
    const browser = await desk.signedIn('approver-a');
    const copy = new Map(browser.cookies);
    await browser.post('/sign-out', {});
    expect((await browser.get('/')).status).toBe(303);
    const thief = desk.browser();
    for (const [name, value] of copy) thief.cookies.set(name, value);
    expect((await thief.get('/')).status).toBe(303);
  });

  it('makes guessing wait, whatever is guessed', async () => {
    const statuses: number[] = [];
    for (let guess = 0; guess < 12; guess += 1) statuses.push((await desk.browser().post('/sign-in', { token: `kobi_${guess}` })).status);
    expect(statuses.at(-1)).toBe(429);
    const right = await desk.browser().post('/sign-in', { token: await desk.token('approver-a') });
    expect(right.status).toBe(429);
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('every page', () => {
  it('runs no inline script, is framed by nobody, and is kept by no cache', async () => {
    const answer = await desk.browser().get('/sign-in');
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.text()).not.toMatch(/<script>|style=|onclick=/);
  });

  it('serves its script and style from this origin', async () => {
    for (const asset of ['desk.css', 'desk.js', 'htmx.js', 'htmx-sse.js', 'icon.svg']) {
      const answer = await desk.browser().get(`/assets/${asset}`);
      expect([asset, answer.status]).toEqual([asset, 200]);
    }
  });
});
