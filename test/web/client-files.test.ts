import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { handOutLink } from '../../src/cli/client-link.js';
import type { ClientLinkPurpose } from '../../src/domain/client-links.js';
import { listLedger } from '../../src/store/ledger.js';
import type { Browser } from './desk.js';
import { save, statusOf } from './statuses.js';
import { openWaitingTours, SLUG, type WaitingTours } from './waiting-tours.js';

const PDF = '%PDF-1.7\n1 0 obj << >> endobj\ntrailer << >>\n%%EOF\n';
const PNG = Buffer.concat([Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), Buffer.alloc(40, 7)]);
const INJECTED = '"><img src=x onerror=alert(1)><script>alert(2)</script>';

let tours: WaitingTours;
beforeAll(async () => {
  tours = await openWaitingTours();
});
afterAll(() => tours.close());

async function link(purpose: ClientLinkPurpose, why = ''): Promise<string> {
  const onboardings = await tours.desk.deps.onboardings();
  const item = purpose === 'music_licence' ? 'open-day' : undefined;
  const { token } = await handOutLink(
    { db: tours.desk.database.db, onboardings },
    { slug: SLUG, purpose, item, why, createdBy: 'ops-a', days: 7 },
    tours.now,
  );
  return `/client/${token}`;
}

type File = readonly [name: string, content: string | Buffer];

async function send(path: string, fields: Record<string, string>, files: readonly File[]): Promise<{ status: number; text: string }> {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  for (const [name, content] of files)
    form.append('file', new Blob([new Uint8Array(Buffer.from(content))], { type: 'application/pdf' }), name);
  const answer = await fetch(`${tours.desk.origin}${path}`, { method: 'POST', body: form, headers: { origin: tours.desk.origin } });
  return { status: answer.status, text: await answer.text() };
}

function kept() {
  return tours.desk.database.db.selectFrom('client_files').select(['sha256', 'name', 'media_type', 'size']).execute();
}

const sha256 = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

describe('files by a link', () => {
  it.each<[string, File, number]>([
    ['a program called PDF', ['licence.pdf', 'MZ\u0090\0 this program'], 400],
    ['a page called PNG', ['paper.png', '<html><script>alert(1)</script>'], 400],
    ['a drawing that runs scripts', ['paper.svg', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'], 400],
    ['a page with a PDF behind it', ['paper.pdf', `<script>alert(1)</script>${PDF}`], 400],
    ['a PDF that is cut off', ['paper.pdf', '%PDF-1.7\nhalf of it'], 400],
    ['three bytes of a picture', ['paper.jpg', Buffer.from('ffd8ff', 'hex')], 400],
    [
      'a PDF of more than 10 MB',
      ['paper.pdf', Buffer.concat([Buffer.from(PDF), Buffer.alloc(10 * 1_024 * 1_024), Buffer.from('%%EOF')])],
      413,
    ],
  ])('refuses %s, says why, keeps nothing and stays open', async (_what, file, status) => {
    const path = await link('verification_papers');
    const answer = await send(path, { name: 'A. Client' }, [['good.pdf', PDF], file]);
    expect(answer.status).toBe(status);
    expect(answer.text).toContain('Nothing was handed in');
    expect(await kept()).toEqual([]);
    expect((await tours.desk.browser().get(path)).status).toBe(200);
  });

  it('are refused before they are read when there are three hundred thousand, so that the desk serves others', async () => {
    const path = await link('verification_papers');
    const post = async (body: string, type: string): Promise<number> => {
      const headers = { origin: tours.desk.origin, 'content-type': type };
      const answer = await fetch(`${tours.desk.origin}${path}`, { method: 'POST', body, headers });
      await answer.arrayBuffer();
      return answer.status;
    };
    const part = '--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\nx\r\n';
    expect(await post(`${part.repeat(300_000)}--b--\r\n`, 'multipart/form-data; boundary=b')).toBe(413);
    expect(await post(`${part.repeat(300_000)}--b--\r\n`, 'multipart/form-data; x=y; boundary="b"')).toBe(413);
    expect(await post('name=x&'.repeat(3_000_000), 'application/x-www-form-urlencoded')).toBe(413);
    expect(await post(part, 'multipart/form-data; boundary=of-nothing')).toBe(400);
    expect(await post('{"name":"x"}', 'application/json')).toBe(400);
    expect((await fetch(`${tours.desk.origin}${path}`)).status, 'the link still takes an answer').toBe(200);
    expect(await kept()).toEqual([]);
  });

  it('refuses six files, none, and more than 25 MB in all', async () => {
    const path = await link('verification_papers');
    expect((await send(path, { name: 'A. Client' }, Array<File>(6).fill(['paper.pdf', PDF]))).status).toBe(413);
    expect(await send(path, { name: 'A. Client' }, [])).toMatchObject({ status: 400, text: expect.stringContaining('at least one file') });
    const large: File = ['paper.pdf', Buffer.concat([Buffer.from(PDF), Buffer.alloc(9 * 1_024 * 1_024), Buffer.from('%%EOF')])];
    expect(await send(path, { name: 'A. Client' }, [large, large, large])).toMatchObject({ status: 413 });
    expect(await kept()).toEqual([]);
  });

  it('are kept by their hash with a row each, told to operators, and the link takes no more', async () => {
    const path = await link('verification_papers');
    const answer = await send(path, { name: 'A. Client' }, [
      ['register.pdf', PDF],
      ['seal\u202Egpj.png', PNG],
    ]);
    expect(answer).toMatchObject({ status: 200, text: expect.stringContaining('The papers are handed in') });
    expect((await kept()).toSorted((a, b) => a.size - b.size)).toEqual(
      [
        { sha256: sha256(PDF), name: 'register.pdf', media_type: 'application/pdf', size: PDF.length },
        { sha256: sha256(PNG), name: 'sealgpj.png', media_type: 'image/png', size: PNG.length },
      ].toSorted((a, b) => a.size - b.size),
    );
    expect((await send(path, { name: 'A. Client' }, [['more.pdf', PDF]])).status).toBe(410);
    const rows = await listLedger(tours.desk.database.db, { slug: SLUG, kinds: ['client_uploaded'] });
    expect(rows.map(({ payload }) => [payload['gate'], payload['from'], payload['sha256']])).toEqual([
      ['business_verification', 'A. Client', sha256(PDF)],
      ['business_verification', 'A. Client', sha256(PNG)],
    ]);
  });

  it('are saved by operators and approvers, never shown, and not there for anybody else', async () => {
    const at = `/tenants/${SLUG}/client-files/${sha256(PDF)}`;
    for (const person of ['ops-a', 'admin-a', 'approver-a']) {
      const answer = await (await tours.desk.signedIn(person)).get(at);
      expect([person, answer.status, await answer.text()]).toEqual([person, 200, PDF]);
      expect(answer.headers.get('content-disposition')).toMatch(/^attachment; filename="coast_tours-[0-9a-f]{12}\.pdf"$/);
      expect(answer.headers.get('content-type')).toBe('application/octet-stream');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    }
    for (const person of ['viewer-a', 'finance-a']) {
      const browser = await tours.desk.signedIn(person);
      expect([person, (await browser.get(at)).status, (await browser.get(`/tenants/${SLUG}/links`)).status]).toEqual([person, 404, 404]);
    }
    const ops = await tours.desk.signedIn('ops-a');
    for (const other of [at.replace(SLUG, 'alpine_school'), `${at.slice(0, -64)}${'0'.repeat(64)}`, `${at}/..`])
      expect((await ops.get(other)).status).toBe(404);
    expect((await tours.desk.browser().get(at)).status).toBe(303);
  });
});

describe('a confirmation of music rights', () => {
  it('needs the word and the name, and stands in the timelines of tenant and gate', async () => {
    const path = await link('music_licence');
    expect((await send(path, { name: 'A. Client' }, [])).status).toBe(400);
    expect((await send(path, { confirmed: 'yes' }, [])).status).toBe(400);
    const statement = 'Licence 4711 of the publisher';
    expect(await send(path, { confirmed: 'yes', name: 'A. Client', statement }, [['licence.pdf', `${PDF}%%EOF`]])).toMatchObject({
      status: 200,
    });
    const [row] = await listLedger(tours.desk.database.db, { slug: SLUG, kinds: ['client_confirmed_music'] });
    expect(row?.payload).toMatchObject({ gate: 'creative_policy', item: 'open-day', from: 'A. Client', files: [sha256(`${PDF}%%EOF`)] });
    const page = await (await (await tours.desk.signedIn('approver-a')).get(`/tenants/${SLUG}`)).text();
    expect(page).toContain('A. Client confirms the rights to the music of open-day: Licence 4711 of the publisher');
    expect((await send(path, { confirmed: 'yes', name: 'B. Client' }, [])).status).toBe(410);
  });
});

describe('at the desk', () => {
  const about = 'spark_code:two-days';
  const made = /\/client\/(kcl_[A-Za-z0-9_-]{43})/;
  let ops: Browser;
  beforeAll(async () => {
    ops = await tours.desk.signedIn('ops-a');
  });

  it('an operator makes a link that is shown once, and takes it back', async () => {
    const form = await (await ops.get(`/tenants/${SLUG}/links`)).text();
    for (const choice of [about, 'music_licence:open-day', 'verification_papers:', 'account_link:'])
      expect(form).toContain(`value="${choice}"`);
    const answer = await ops.post(`/tenants/${SLUG}/links`, { about, why: 'please', days: '3' });
    const token = made.exec(await answer.text())?.[1] ?? '';
    expect([answer.status, (await tours.desk.browser().get(`/client/${token}`)).status]).toEqual([200, 200]);

    const list = await (await ops.get(`/tenants/${SLUG}/links`)).text();
    expect(list).not.toMatch(made);
    const id = /\/links\/(\d+)\/revoke/.exec(list)?.[1] ?? '';
    expect((await ops.post(`/tenants/${SLUG}/links/${id}/revoke`, { reason: 'wrong person' })).status).toBe(200);
    expect((await tours.desk.browser().get(`/client/${token}`)).status).toBe(410);
    const rows = await listLedger(tours.desk.database.db, { slug: SLUG, kinds: ['client_link_revoked'] });
    expect(rows.at(-1)).toMatchObject({ actor: 'ops-a', payload: { link: id, reason: 'wrong person' } });
    expect(JSON.stringify(await listLedger(tours.desk.database.db))).not.toContain(token);
  });

  it.each([
    ['a post that the tenant file does not name', { about: 'spark_code:three-days', days: '3' }, 'names no post'],
    ['a year', { about, days: '365' }, '1 to 30'],
    ['a purpose that is none', { about: 'initial_funding:', days: '3' }, 'not complete'],
  ])('no link is made for %s', async (_what, form, words) => {
    const answer = await ops.post(`/tenants/${SLUG}/links`, form);
    const page = await answer.text();
    expect([answer.status, page]).toEqual([400, expect.stringContaining(words)]);
    expect(page).not.toMatch(made);
  });

  it('an approver looks on, and makes no link', async () => {
    const approver = await tours.desk.signedIn('approver-a');
    const page = await approver.get(`/tenants/${SLUG}/links`);
    expect([page.status, await page.text()]).toEqual([200, expect.not.stringContaining('name="about"')]);
    expect((await approver.post(`/tenants/${SLUG}/links`, { about, days: '3' })).status).toBe(403);
  });

  it('names and words of clients and operators are text, and run nothing', async () => {
    const path = await link('music_licence', INJECTED);
    const opened = await (await tours.desk.browser().get(path)).text();
    await send(path, { confirmed: 'yes', name: INJECTED, statement: INJECTED }, [[`${INJECTED}.pdf`, `${PDF} %%EOF`]]);
    const pages = [opened, await (await ops.get(`/tenants/${SLUG}/links`)).text(), await (await ops.get(`/tenants/${SLUG}`)).text()];
    for (const page of pages) {
      expect(page).toContain('&lt;img src=x onerror=alert(1)&gt;');
      expect(page).not.toMatch(/<img src=x|<script>/);
    }
  });
});

describe('TikTok’s own page', () => {
  it('is shown while its owner is waited for, and what the client says of it is recorded', async () => {
    const path = await link('account_link');
    expect(await (await tours.desk.browser().get(path)).text()).toContain('not ready yet');
    expect((await send(path, {}, [])).status).toBe(409);
    const note = 'the owner of @alpen_touren opens https://business.example.org/invite?code=1 and agrees';
    await save(tours.desk.database.db, statusOf(SLUG, {}, { tiktok_account: { state: 'waiting_on', ball: 'client', note } }));
    expect(await (await tours.desk.browser().get(path)).text()).toContain('href="https://business.example.org/invite?code=1"');
    expect([(await send(path, {}, [])).status, (await send(path, {}, [])).status]).toEqual([200, 410]);
    expect(await listLedger(tours.desk.database.db, { slug: SLUG, kinds: ['client_confirmed_account'] })).toHaveLength(1);
  });
});
