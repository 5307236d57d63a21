import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { handOutLink } from '../../src/cli/client-link.js';
import { CommandFault, EXIT } from '../../src/cli/exit.js';
import { sparkAsk } from '../../src/domain/spark-ask.js';
import { bearerTokenHash } from '../../src/store/bearer-tokens.js';
import { findClientLink, revokeClientLink } from '../../src/store/client-links.js';
import { listLedger, verifyChain } from '../../src/store/ledger.js';
import { FORESEEING, SCANNERS } from './scanners.js';
import { CODE, openWaitingTours, OTHER_CODE, POST, SLUG, type WaitingTours } from './waiting-tours.js';
import { save, statusOf } from './statuses.js';

let tours: WaitingTours;
beforeAll(async () => {
  tours = await openWaitingTours();
});
afterAll(() => tours.close());
beforeEach(() => {
  tours.now = new Date();
  tours.answer = { accepted: true, message: 'noted' };
  tours.refused.clear();
});

async function link(days = 7): Promise<{ readonly id: string; readonly token: string; readonly path: string }> {
  const onboardings = await tours.desk.deps.onboardings();
  const request = { slug: SLUG, purpose: 'spark_code', item: POST.id, why: 'The season begins in May.', createdBy: 'ops-a', days } as const;
  const made = await handOutLink({ db: tours.desk.database.db, onboardings }, request, tours.now);
  return { id: made.link.id, token: made.token, path: `/client/${made.token}` };
}

/** Everything that a link could change. */
async function everything(): Promise<string> {
  const { db } = tours.desk.database;
  const rows = await Promise.all([
    db.selectFrom('client_links').selectAll().orderBy('id').execute(),
    db.selectFrom('client_files').selectAll().execute(),
    db.selectFrom('notifications').selectAll().orderBy('id').execute(),
    listLedger(db),
  ]);
  return JSON.stringify([rows, tours.provided, tours.status]);
}

async function handIn(path: string, code: string, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> {
  const answer = await tours.desk.browser().post(path, { code }, headers);
  return { status: answer.status, text: await answer.text() };
}

describe('a link for a client', () => {
  it('says who asks, why, for what and by when, and changes nothing when ten link scanners open it', async () => {
    const { path } = await link();
    const before = await everything();
    for (const agent of SCANNERS) {
      const asked = ['GET', 'HEAD', 'OPTIONS'].flatMap((method) =>
        [{}, FORESEEING].map((headers) => fetch(`${tours.desk.origin}${path}`, { method, headers: { 'user-agent': agent, ...headers } })),
      );
      const answers = await Promise.all(asked);
      const [opened] = answers;
      expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 404, 404]);
      const page = (await opened?.text()) ?? '';
      for (const part of [
        'ops-a at Kobi',
        'coast_tours GmbH',
        'two-days',
        'The season begins in May.',
        POST.link,
        'By when',
        'Europe/Berlin',
      ])
        expect(page).toContain(part);
      expect(opened?.headers.get('x-robots-tag')).toContain('noindex');
      expect(opened?.headers.get('cache-control')).toBe('no-store');
      // Some scanners also send forms, from nowhere or from elsewhere.
      const posted = await fetch(`${tours.desk.origin}${path}`, { method: 'POST', body: new URLSearchParams({ code: CODE }) });
      const foreign = await handIn(path, CODE, { origin: 'https://scanner.example.org' });
      expect([posted.status, foreign.status]).toEqual([403, 403]);
    }
    expect(await everything()).toBe(before);
    expect(tours.desk.failures).toEqual([]);
  });

  it('opens by its token alone: 10,000 changed ones open nothing, and hold nobody up', async () => {
    const { token, path } = await link();
    const { db } = tours.desk.database;
    const before = await everything();
    const at = fc.nat(token.length - 1);
    const sign = fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=%./ ');
    const changed = fc
      .oneof(
        fc.tuple(at, sign).map(([index, by]) => token.slice(0, index) + by + token.slice(index + 1)),
        fc.tuple(at, sign).map(([index, by]) => token.slice(0, index) + by + token.slice(index)),
        at.map((index) => token.slice(0, index) + token.slice(index + 1)),
        fc.tuple(at, at).map(([from, to]) => token.slice(from, to)),
        fc.tuple(at, at).map(([from, to]) => token.slice(0, from) + token.slice(to)),
        fc.constantFrom(
          token.toLowerCase(),
          token.toUpperCase(),
          `${token}\n`,
          ` ${token}`,
          token.replace('kcl_', 'kds_'),
          bearerTokenHash(token),
        ),
        fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => `kcl_${Buffer.from(bytes).toString('base64url')}`),
      )
      .filter((mutant) => mutant !== token);
    const mutants = fc.sample(changed, 10_000);
    expect(mutants).toHaveLength(10_000);
    let opened = 0;
    for (let start = 0; start < mutants.length; start += 500) {
      const found = await Promise.all(mutants.slice(start, start + 500).map((mutant) => findClientLink(db, mutant)));
      opened += found.filter((each) => each !== undefined).length;
    }
    expect(opened).toBe(0);

    const statuses = new Set<number>();
    for (const mutant of mutants.slice(0, 100))
      statuses.add((await fetch(`${tours.desk.origin}/client/${encodeURIComponent(mutant)}`, { redirect: 'manual' })).status);
    expect([...statuses].sort()).toEqual([404, 429]);
    expect(await everything()).toBe(before);
    expect((await tours.desk.browser().get(path)).status).toBe(200);
  });

  it('is kept by the hash of its token, and the ledger has neither token nor code', async () => {
    const { token, path } = await link();
    expect(Buffer.from(token.slice('kcl_'.length), 'base64url').length * 8).toBeGreaterThanOrEqual(128);
    await handIn(path, CODE);
    const kept = await everything();
    expect(kept).toContain(bearerTokenHash(token));
    expect(kept).not.toContain(token);
    const rows = JSON.stringify(await listLedger(tours.desk.database.db, { slug: SLUG }));
    expect(rows).not.toContain(CODE.slice(1));
    expect(rows).not.toContain(bearerTokenHash(token));
  });
});

describe('a Spark code', () => {
  it('that is none is explained, and the link takes the right one, once', async () => {
    const { id, path } = await link();
    const before = tours.provided.length;
    for (const wrong of ['', 'my code', CODE.slice(1), `${CODE}<script>alert(1)</script>`]) {
      const refused = await handIn(path, wrong);
      expect([wrong, refused.status]).toEqual([wrong, 400]);
      expect(refused.text).toContain('This is not a Spark code');
      expect(refused.text).not.toContain('alert(1)');
    }
    // Copied on a phone, with a line break.
    const right = await handIn(path, ` ${CODE.slice(0, 20)}\n${CODE.slice(20)} `);
    expect(right).toMatchObject({ status: 200, text: expect.stringContaining('The code is handed in') });
    expect(tours.provided.slice(before)).toEqual([{ actor: `client (link ${id})`, verbId: expect.stringContaining(id), code: CODE }]);

    for (const again of [await handIn(path, OTHER_CODE), await handIn(path, CODE)])
      expect(again).toMatchObject({ status: 410, text: expect.stringContaining('we have your answer') });
    expect((await tours.desk.browser().get(path)).status).toBe(410);
    expect(tours.provided).toHaveLength(before + 1);

    const { db } = tours.desk.database;
    const rows = (await listLedger(db, { slug: SLUG })).filter((row) => row.payload['link'] === id);
    expect(rows.map(({ kind, actor }) => [kind, actor])).toEqual([
      ['client_link_created', 'ops-a'],
      ...Array<string[]>(4).fill(['client_link_refused', `client (link ${id})`]),
      ['client_link_used', `client (link ${id})`],
    ]);
    expect(await verifyChain(db, SLUG)).toMatchObject([{ fault: null }]);
    const told = await db.selectFrom('notifications').selectAll().where('kind', '=', 'client_answered').execute();
    expect(told.map((each) => each.key)).toContain(rows.at(-1)?.key);
  });

  it('that TikTok refuses is no answer: the client hears why, and the link takes another one', async () => {
    const { path } = await link();
    tours.refused.set(CODE, 'the code belongs to another <b>post</b>');
    const refused = await handIn(path, CODE);
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('the code belongs to another &lt;b&gt;post&lt;/b&gt;');
    const opened = await tours.desk.browser().get(path);
    expect([opened.status, await opened.text()]).toEqual([200, expect.stringContaining('TikTok did not take the code')]);
    expect(await handIn(path, CODE)).toMatchObject({ status: 400, text: expect.stringContaining('the code that TikTok did not take') });
    expect(await handIn(path, OTHER_CODE)).toMatchObject({ status: 200 });
    expect((await handIn(path, OTHER_CODE)).status).toBe(410);
  });

  it('that TikTok refuses in its own terms is refused in the words of people', async () => {
    const { path } = await link();
    const terms = [
      ['auth_code_expired: The auth code has expired.', 'it has expired'],
      ['auth_code_not_found: The auth code does not exist.', 'does not know it'],
      ['something nobody foresaw', 'did not take the code. Please make a new code'],
    ] as const;
    for (const [index, [term, words]] of terms.entries()) {
      const code = `#${String(index).repeat(60)}=`;
      tours.refused.set(code, `/tt_video/authorize/: code 40002 (parameter error): ${term}`);
      const refused = await handIn(path, code);
      expect(refused).toMatchObject({ status: 409, text: expect.stringContaining(words) });
      expect(refused.text).not.toMatch(/40002|auth_code|tt_video/);
      expect(await (await tours.desk.browser().get(path)).text()).toContain(words);
    }
  });

  it('shows ops that its code was refused afterwards and why, until another is taken', async () => {
    const ops = await tours.desk.signedIn('ops-a');
    const [older, newer] = [await link(), await link()];
    const standingOf = async (id: string): Promise<string> => {
      const page = await (await ops.get(`/tenants/${SLUG}/links`)).text();
      return new RegExp(`<th scope="row">${id}</th>.*?</td>`, 's').exec(page)?.[0] ?? '';
    };
    await handIn(older.path, CODE);
    expect(await standingOf(older.id)).toContain('used');
    tours.refused.set(OTHER_CODE, '/tt_video/authorize/: code 40002: illegal_item_status_error: The post is not public.');
    await handIn(newer.path, OTHER_CODE);
    expect(await standingOf(newer.id)).toMatch(
      /class="state bad">refused by TikTok<.*the post is not public; the link takes another code/s,
    );
    expect(await standingOf(older.id), 'an answer that was taken before').toContain('used');
    await handIn(newer.path, CODE);
    expect(await standingOf(newer.id)).toMatch(/class="state good">used</);
  });

  it('is not taken in the place of one that TikTok accepted, unless the creator is asked anew', async () => {
    const { path } = await link();
    const { status } = tours;
    const remoteIds = { [`${POST.id}.itemId`]: '7300000000000000502' };
    const standing = (step: Parameters<typeof statusOf>[2]) => (tours.status = statusOf(SLUG, {}, step));
    const before = tours.provided.length;
    standing({ spark_ads: { state: 'waiting_on', ball: 'kobi', note: 'gate spark_ads, revision 1, waits', remoteIds } });
    expect(await handIn(path, CODE)).toMatchObject({ status: 409, text: expect.stringContaining('not waiting for a code') });
    expect(tours.provided).toHaveLength(before);
    standing({ spark_ads: { state: 'waiting_on', ball: 'client', note: sparkAsk(SLUG, POST, 'it was taken back'), remoteIds } });
    expect((await handIn(path, CODE)).status).toBe(200);
    expect(tours.provided).toHaveLength(before + 1);
    tours.status = status;
  });

  it('that arrives twice at once is handed in once', async () => {
    const { path } = await link();
    const before = tours.provided.length;
    const answers = await Promise.all(Array.from({ length: 6 }, () => handIn(path, OTHER_CODE)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { status } of answers) expect([200, 409, 410]).toContain(status);
    expect(tours.provided).toHaveLength(before + 1);
  });

  it('that the onboarding cannot take now leaves the link open', async () => {
    const { path } = await link();
    tours.answer = new CommandFault('no worker answered', EXIT.failed);
    expect(await handIn(path, CODE)).toMatchObject({ status: 503, text: expect.stringContaining('send the same code again') });
    tours.answer = { accepted: false, code: 'post_not_named', message: 'the tenant file names no post two-days' };
    expect(await handIn(path, CODE)).toMatchObject({ status: 409, text: expect.stringContaining('not waiting for a code') });
    expect((await tours.desk.browser().get(path)).status).toBe(200);
  });
});

describe('a link that is over', () => {
  it('says so politely when it has expired, by the desk’s clock', async () => {
    const { path } = await link(2);
    tours.now = new Date(tours.now.getTime() + 2 * 86_400_000 - 1_000);
    expect((await tours.desk.browser().get(path)).status).toBe(200);
    tours.now = new Date(tours.now.getTime() + 1_000);
    const before = tours.provided.length;
    for (const answer of [await tours.desk.browser().get(path), await tours.desk.browser().post(path, { code: CODE })])
      expect([answer.status, await answer.text()]).toEqual([410, expect.stringContaining('This link has expired')]);
    expect(tours.provided).toHaveLength(before);
  });

  it('says so when it was taken back a second ago, and cannot be taken back twice', async () => {
    const { id, path } = await link();
    const { db } = tours.desk.database;
    const revoke = (slug: string) => revokeClientLink(db, { slug, id, actor: 'ops-a', reason: 'sent to the wrong person' }, tours.now);
    expect([await revoke('another_tenant'), await revoke(SLUG), await revoke(SLUG)]).toEqual([false, true, false]);
    expect(await handIn(path, CODE)).toMatchObject({ status: 410, text: expect.stringContaining('was taken back') });
  });

  it('says so when the onboarding is cancelled', async () => {
    const { path } = await link();
    const { db } = tours.desk.database;
    await save(db, statusOf(SLUG, { state: 'cancelled' }));
    expect(await handIn(path, CODE)).toMatchObject({ status: 410, text: expect.stringContaining('no longer needed') });
    await expect(link()).rejects.toThrow('asked for nothing any more');
    await save(db, statusOf(SLUG));
    expect((await tours.desk.browser().get(path)).status).toBe(200);
  });

  it('makes whoever tries again and again wait', async () => {
    const { path } = await link();
    const statuses: number[] = [];
    for (let tries = 0; tries < 22; tries += 1) statuses.push((await handIn(path, 'no code')).status);
    expect([statuses[0], statuses.at(-1)]).toEqual([400, 429]);
    // Others are not held up by it.
    expect((await handIn((await link()).path, CODE)).status).toBe(200);
  });
});
