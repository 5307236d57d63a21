import { copyFile, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { candidatesIn } from '../../src/web/pages/start/candidates.js';
import { type Browser, type Desk, startDesk } from './desk.js';

const folder = resolve('examples', 'tenants');
const place = { folder, within: resolve('examples') };
const school = await readFile(resolve(folder, 'alpine_school.yaml'), 'utf8');

let desk: Desk;
let ops: Browser;
beforeAll(async () => {
  desk = await startDesk();
  ops = await desk.signedIn('ops-a');
  await ops.get('/start');
});
afterAll(() => desk.close());

const HEAD =
  'slug,legal_name,country,currency,time_zone,vertical,industry_id,website,landing_pages.0,ga4.measurement_id,ga4.key_events.0.name,ga4.key_events.0.source,objectives.0,optimisation_event,contacts.0.role,contacts.0.email,tiktok_account.use,tiktok_account.handle,billing.initial_funding,requested_by';
const row = (slug: string, country = 'DE') =>
  `${slug},Row ${slug} GmbH,${country},EUR,Europe/Berlin,private_school,290303,https://${slug.replaceAll('_', '-')}.example.org/,https://${slug.replaceAll('_', '-')}.example.org/apply,G-ROWS00001,generate_lead,site,LEAD_GENERATION,Lead,office,office@example.org,link,${slug},100,ops-a@example.org`;

describe('handing in a tenant file', () => {
  it('names every fault with its line, keeps the text, and starts nothing', async () => {
    const wrong = school.replace('vertical: private_school', 'vertical: privat_school').replace('country: DE', 'country: XX');
    const answer = await ops.post('/start/check', { text: wrong });
    const text = await answer.text();
    expect(answer.status).toBe(422);
    expect(text).toContain('<code>country</code>');
    expect(text).toMatch(/line \d+: /);
    expect(text).toContain('privat_school');
    expect(text).not.toContain('Start 1 of 1');
  });

  it('offers the start of a right one, and says why there is no plan', async () => {
    const text = await (await ops.post('/start/check', { text: school })).text();
    expect(text).toContain('Start 1 of 1');
    expect(text).toContain('this desk asks no TikTok');
  });

  it('offers a tenant file and a CSV to begin with, which pass the check, and names the columns with those that are needed', async () => {
    const text = await (await ops.get('/start')).text();
    const example = async (name: string): Promise<string> => {
      expect(text).toContain(`href="/assets/${name}" download`);
      return (await ops.get(`/assets/${name}`)).text();
    };
    const file = await example('example-tenant.yaml');
    expect(await candidatesIn(file, place)).toMatchObject([{ intake: { ok: true } }]);
    const annotated = await readFile(resolve(folder, 'annotated.yaml'), 'utf8');
    for (const [, field = ''] of annotated.matchAll(/^([a-z0-9_]+):/gm)) expect(file).toMatch(new RegExp(`^(# )?${field}:`, 'm'));

    const csv = await example('example-tenants.csv');
    expect(await candidatesIn(csv, place)).toMatchObject([{ intake: { ok: true } }, { intake: { ok: true } }]);
    const rows = csv
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    const named = [...text.matchAll(/<th scope="row"><code>([^<]+)<.*?<td>(yes|no)<\/td>/gs)];
    const columns = rows[0]?.filter((column) => column !== 'landing_pages.1');
    expect(named.map(([, column]) => column)).toEqual(columns);
    for (const [, column = '', needed] of named.slice(1)) {
      const at = rows[0]?.indexOf(column);
      const without = rows.slice(0, 2).map((cells) => cells.filter((_, index) => index !== at).join(','));
      const [first] = await candidatesIn(without.join('\n'), place);
      expect([column, first?.intake.ok], 'left out').toEqual([column, needed === 'no']);
    }
  });

  it('is for operators only', async () => {
    const viewer = await desk.signedIn('viewer-a');
    await viewer.get('/');
    expect((await viewer.get('/start')).status).toBe(403);
    expect((await viewer.post('/start', { text: school })).status).toBe(403);
    expect((await viewer.post('/start/check', { text: school })).status).toBe(403);
  });

  it('refuses a form from elsewhere', async () => {
    expect((await ops.post('/start/check', { text: school, csrf: 'guessed' })).status).toBe(403);
    expect((await ops.post('/start/check', { text: school }, { origin: 'https://evil.example.org' })).status).toBe(403);
  });
});

describe('files that a tenant handed in names', () => {
  const secret = resolve('package.json');
  const outside = ['/etc/passwd', secret, '../../package.json', '../assets/../../package.json', '../../../no/such/file.png'];

  it('are those in the folder for them: of any other nobody learns whether it is there, or where', async () => {
    const answers = await Promise.all(
      outside.map(async (file) => {
        const wrong = school.replace('../assets/campus.jpg', file);
        expect(wrong).not.toBe(school);
        const answer = await ops.post('/start/check', { text: wrong });
        return { status: answer.status, text: await answer.text() };
      }),
    );
    for (const { status, text } of answers) {
      expect(status).toBe(422);
      expect(text).toContain('outside of the folder for the files of tenants');
      expect(text).not.toContain('no file that can be read');
      expect(text.replaceAll(secret, '')).not.toContain(resolve('examples'));
    }
    const [row1] = await candidatesIn(`${HEAD},creatives.0.id,creatives.0.file\n${row('far_school')},one,/etc/passwd`, place);
    expect(row1?.intake.ok).toBe(false);
  });

  it('do not lead out of it by a link', async () => {
    const home = await mkdtemp(join(tmpdir(), 'kobi-tenants-'));
    try {
      await symlink(secret, join(home, 'campus.jpg'));
      await copyFile(resolve('examples', 'assets', 'open_day.mp4'), join(home, 'open_day.mp4'));
      const text = school.replace('../assets/campus.jpg', 'campus.jpg').replace('../assets/open_day.mp4', 'open_day.mp4');
      const [found] = await candidatesIn(text, { folder: home, within: home });
      expect(found?.intake.ok === false && found.intake.faults.map(({ path }) => path)).toEqual(['creatives.1.file']);
    } finally {
      await rm(home, { recursive: true });
    }
  });
});

describe('a CSV of many', () => {
  it('is checked row by row; faults of one leave the others startable', async () => {
    const found = await candidatesIn([HEAD, row('north_school'), row('south_school', 'XX'), row('north_school')].join('\n'), place);
    expect(found.map(({ where, intake }) => [where, intake.ok ? intake.tenant.slug : intake.faults.map((fault) => fault.path)])).toEqual([
      ['row 1', 'north_school'],
      ['row 2', expect.arrayContaining(['country'])],
      ['row 3', ['slug']],
    ]);
  });

  it.each([
    ['501 rows', `slug,legal_name\n${'north_school,North\n'.repeat(501)}`, 'has more than 500 rows'],
    ['201 columns', `slug${',x'.repeat(200)}\nnorth_school${',1'.repeat(200)}`, 'has 201 columns'],
    ['a column of a thousand levels', `slug,${'a.'.repeat(1_000)}b\nnorth_school,1`, 'longer than 100 characters'],
    ['a column of half a million levels', `slug,${'a.'.repeat(500_000)}b\nnorth_school,1`, 'has a first line of'],
    ['rows without an end', `slug,legal_name\n${'x,1\n'.repeat(400_000)}`, 'has more than 500 rows'],
  ])('is refused before its fields are judged: %s', async (_what, text, problem) => {
    const found = await candidatesIn(text, place);
    expect(found).toHaveLength(1);
    expect(found[0]?.intake.ok === false && found[0].intake.faults[0]?.problem).toContain(problem);
  });

  it('of 500 rows lets others be served between its rows', async () => {
    let served = 0;
    const turn = setInterval(() => (served += 1), 0);
    await candidatesIn([HEAD, ...Array.from({ length: 500 }, (_, nth) => row(`school_${nth}`, 'XX'))].join('\n'), place);
    clearInterval(turn);
    expect(served).toBeGreaterThan(20);
  });

  it('says what is wrong with a broken one', async () => {
    const [broken] = await candidatesIn(`${HEAD}\nnorth_school,only two`, place);
    expect(broken?.intake.ok).toBe(false);
  });
});
