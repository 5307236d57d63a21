import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { handOutLink } from '../../src/cli/client-link.js';
import { renderCurrentDetails } from '../../src/domain/current-details.js';
import { wordingOf } from '../../src/notifications/wording.js';
import { exportLedger } from '../../src/store/ledger-export.js';
import { noticesOf } from '../../src/store/notices.js';
import { cameAlive, HOSTILE, HOSTILE_TEXT } from '../web/inert.js';
import type { Browser } from '../web/desk.js';
import { eventually } from '../workflow/eventually.js';
import { failWith } from '../workflow/fake-activities.js';
import type { Onboarding } from '../workflow/onboarding.js';
import { EVERYTHING } from '../workflow/whole-tenant.js';
import { gatePath, hiddenFields, textAt, useGateDesk } from './gate-desk.js';

/** Case 26 of reliability.md without a browser: names, comments, reasons and TikTok's error text are text, wherever they are shown. */
const gateDesk = useGateDesk();
const SLUG = 'hostile_text';
const { sparkPosts = [] } = EVERYTHING;

let onboarding: Onboarding;
let ops: Browser;
let admin: Browser;
let clientPage: string;
beforeAll(async () => {
  const { desk, onboardings } = gateDesk();
  const { db } = desk.database;
  onboarding = await gateDesk().atGates(SLUG, ['creative_policy', 'spark_ads'], {
    tenant: {
      legalName: HOSTILE,
      billing: { initialFundingMinor: 0 },
      sparkPosts,
      creatives: [
        {
          id: 'open-day',
          file: '/creatives/open-day.mp4',
          text: HOSTILE.slice(0, 100),
          music: { source: 'licensed', licence: HOSTILE },
          declarations: ['no_guaranteed_grades'],
        },
      ],
    },
    activities: {
      findPixel: () => Promise.reject(failWith('tiktok_bad_input', `TikTok said: ${HOSTILE_TEXT}`)),
      authorizeSparkPost: async ({ post }) => ({
        outcome: 'authorised',
        post: {
          id: post.id,
          itemId: '7300000000000000500',
          identityId: 'identity-2',
          handle: HOSTILE,
          text: HOSTILE_TEXT,
          status: HOSTILE,
          authorisedUntil: '2027-01-01T00:00:00Z',
        },
      }),
    },
  });
  await onboarding.untilStep('pixel', 'parked');
  const gate = await onboarding.untilGate('creative_policy', 'open');
  await onboarding.signal(onboarding.decision(gate, { actor: HOSTILE.slice(0, 200), reason: HOSTILE_TEXT, verdict: 'reject' }));
  await onboarding.verb('pause', { reason: HOSTILE_TEXT, actor: HOSTILE.slice(0, 200) });
  await onboarding.verb('resume', { reason: HOSTILE_TEXT });
  [ops, admin] = [await desk.signedIn('ops-a'), await desk.signedIn('admin-a')];
  await ops.get('/');
  await ops.post(`${gatePath(SLUG)}/comments`, { text: HOSTILE_TEXT });
  const request = { slug: SLUG, purpose: 'spark_code', item: 'post-a', why: HOSTILE_TEXT, createdBy: 'ops-a', days: 7 } as const;
  clientPage = `/client/${(await handOutLink({ db, onboardings }, request, new Date())).token}`;
  await ops.post(clientPage, { code: HOSTILE });
  const fields = hiddenFields(await textAt(admin, gatePath(SLUG)));
  expect(fields).toHaveProperty('breakGlass');
  const broken = await admin.post(`${gatePath(SLUG)}/decide`, { ...fields, verdict: 'approve', reason: HOSTILE_TEXT });
  expect(broken.status).toBe(303);
  await eventually(
    'the projection',
    () => db.selectFrom('onboardings').select('state').where('slug', '=', SLUG).executeTakeFirst(),
    (row) => row?.state === 'parked',
  );
});

describe('hostile text on a page', () => {
  it('is found by what this test looks for, were it let through', () => {
    for (const raw of [
      HOSTILE,
      `<td>${HOSTILE}</td>`,
      `<input value="${HOSTILE}">`,
      `<a href="javascript:x">`,
      `<script>x</script>`,
      '<b onclick="x">',
    ])
      expect(cameAlive(raw), raw).not.toEqual([]);
    expect(
      cameAlive('<script src="/assets/desk.js" defer=""></script><input value="&quot; owned=&quot;1"/><a href="/x?owned">owned</a>'),
    ).toEqual([]);
  });

  it.each([
    ['the tenant', `/tenants/${SLUG}`],
    ['a gate that was decided by it', gatePath(SLUG)],
    ['a gate whose evidence is of it', gatePath(SLUG, 'spark_ads')],
    ['the links', `/tenants/${SLUG}/links`],
    ['the form for amendments', `/tenants/${SLUG}/amend`],
    ['the reviews', '/reviews'],
    ['the inbox', '/'],
    ['the tenants', '/tenants'],
    ['the board', '/board'],
    ['a search for it in the inbox', `/?q=${encodeURIComponent(HOSTILE)}`],
    ['a search for it among tenants', `/tenants?q=${encodeURIComponent(HOSTILE)}&state=${encodeURIComponent(HOSTILE)}`],
    ['the way to sign in', `/sign-in?back=${encodeURIComponent(`/${HOSTILE}`)}`],
  ])('of %s is text', async (_page, path) => {
    for (const browser of [ops, admin]) expect(cameAlive(await textAt(browser, path))).toEqual([]);
  });

  it('is shown there, and not left out', async () => {
    const [tenant, gate, spark] = [
      await textAt(ops, `/tenants/${SLUG}`),
      await textAt(ops, gatePath(SLUG)),
      await textAt(ops, gatePath(SLUG, 'spark_ads')),
    ];
    for (const page of [tenant, gate, spark]) expect(page).toContain('&lt;img src=x onerror=&quot;alert(1)&quot; owned&gt;');
    expect(tenant).toContain('TikTok said: ');
  });

  it('is text on the page of a client, before and after a wrong answer', async () => {
    expect(cameAlive(await textAt(ops, clientPage))).toEqual([]);
    const wrong = await ops.post(clientPage, { code: HOSTILE });
    expect([wrong.status, cameAlive(await wrong.text())]).toEqual([400, []]);
  });

  it('is text where forms that are refused give it back', async () => {
    const yaml = `slug: ${JSON.stringify(HOSTILE)}\nlegal_name: ${JSON.stringify(HOSTILE)}\n${JSON.stringify(HOSTILE)}: 1\n`;
    const answers = [
      await ops.post('/start/check', { text: yaml }),
      await ops.post('/start/check', { text: HOSTILE_TEXT }),
      await ops.post(`/tenants/${SLUG}/amend/check`, { text: yaml, reason: HOSTILE_TEXT }),
      await ops.post(`/tenants/${SLUG}/verbs`, { verb: HOSTILE, step: HOSTILE, reason: HOSTILE_TEXT }),
      await ops.post(`/tenants/${SLUG}/verbs`, { verb: 'retry', step: 'catalog', reason: HOSTILE_TEXT }),
      await ops.post(`/tenants/${SLUG}/test-code`, { code: HOSTILE }),
      await ops.post(`${gatePath(SLUG)}/comments`, { text: HOSTILE_TEXT.repeat(20) }),
      await ops.post(`/tenants/${SLUG}/links`, { purpose: HOSTILE, item: HOSTILE, why: HOSTILE_TEXT, days: HOSTILE }),
      await ops.post('/sign-in', { token: HOSTILE, back: `/${HOSTILE}` }),
    ];
    for (const answer of answers) {
      expect(answer.status).toBeLessThan(500);
      expect(cameAlive(await answer.text()), answer.url).toEqual([]);
    }
    expect(gateDesk().desk.failures).toEqual([]);
  });
});

describe('hostile text elsewhere', () => {
  it('begins no cell of the audit as a formula, and no row of its own', async () => {
    const lines: string[] = [];
    for await (const line of exportLedger(gateDesk().desk.database.db, 'csv', SLUG)) lines.push(line);
    const rows = z.array(z.array(z.string())).parse(parse(lines.join('\r\n')));
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) {
      expect(row).toHaveLength(9);
      for (const cell of row) expect(cell).not.toMatch(/^[\s\p{Cf}]*[=+\-@|]/u);
      expect([row[0], 'slug']).toContain(row[0] === 'slug' ? 'slug' : SLUG);
    }
    const json: string[] = [];
    for await (const line of exportLedger(gateDesk().desk.database.db, 'jsonl', SLUG)) json.push(line);
    expect(json.join('')).toContain('HYPERLINK');
    for (const line of json) expect(line).not.toMatch(/[\r\n]/);
  });

  it('is no markup in the current details of the Temporal UI', async () => {
    const details = renderCurrentDetails(await onboarding.status());
    expect(details).toContain('HYPERLINK');
    expect(details).not.toMatch(/<(?:img|script|svg|!--|!channel)|\]\(javascript|\*\*owned|^# owned|^\{"level"/m);
  });

  it('leaves the house in no message: only ids and words of ours do', async () => {
    const { db } = gateDesk().desk.database;
    const ids = await db.selectFrom('notifications').select('id').where('slug', '=', SLUG).execute();
    const notices = await noticesOf(
      db,
      ids.map(({ id }) => String(id)),
    );
    expect(new Set(notices.map(({ kind }) => kind))).toEqual(new Set(['gate_opened', 'step_parked', 'decision_accepted', 'review_opened']));
    const said = JSON.stringify(notices.map(wordingOf));
    expect(said).not.toMatch(/owned|alert|HYPERLINK|evil/);
  });

  it('is one line of the log, however it is written', async () => {
    const script = `import { createLog } from ${JSON.stringify(resolve('src/worker/log.ts'))};
      const text = process.argv[1];
      createLog('info').warn({ tenant: text, err: new Error(text) }, text);`;
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, HOSTILE_TEXT]);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(1);
    expect(
      z
        .object({ level: z.literal(40), tenant: z.literal(HOSTILE_TEXT), msg: z.literal(HOSTILE_TEXT) })
        .safeParse(JSON.parse(lines[0] ?? '')).success,
    ).toBe(true);
  });
});
