import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkflowNotFoundError } from '@temporalio/client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { pixelCodeOf } from '../../scripts/stack/pixel-codes.js';
import { onboardingWorkflowId } from '../../src/contract/ids.js';
import type { Tenant } from '../../src/contract/tenant.js';
import { tenantFile } from '../domain/tenant-file.js';
import { kobi } from '../cli/kobi.js';
import { untilStep } from './approver.js';
import { ECHOES, echoingWay, type EchoingWay, MARK } from './echo.js';
import { holdsAfterEveryCase, nothingSecret } from './oracles.js';
import { OPS } from './people.js';
import { LONG } from './profile.js';
import { runsOf, textsIn } from './runs.js';
import { drawsOf, WHOLE } from './seed.js';
import { HOST, setTraps, type Traps } from './traps.js';
import { startWorld, type World } from './world.js';

const BY_OPS = { actor: OPS, reason: 'an operator says so' } as const;

let folder: string;
let traps: Traps;
let way: EchoingWay;
let world: World;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kobi-hostile-'));
  [traps, way] = await Promise.all([setTraps(), echoingWay()]);
  world = await startWorld({
    name: 'hostile',
    // Longer than the guard gives a whole answer.
    waits: { timeoutMs: 30_000 },
    env: {
      TIKTOK_BASE_URL: `${way.url}/open_api/v1.3`,
      KOBI_ALLOW_LOOPBACK: 'off',
      KOBI_DEV_HOSTS: traps.playedHost,
      KOBI_LOG_LEVEL: 'trace',
    },
  });
  way.target = world.simulatorUrl;
  traps.page = async (path) => {
    const slug = path.split('/')[1] ?? '';
    const { measurementId } = world.tenants.get(slug)?.ga4 ?? {};
    return `<!doctype html><title>${slug}</title>${measurementId} ${await pixelCodeOf(world.db, slug)}`;
  };
});
afterAll(async () => {
  await world?.close();
  await Promise.all([traps?.close(), way?.close()]);
  await rm(folder, { recursive: true, force: true });
});

/** A page that breaks nothing; loopback is as forbidden here as in production. */
function atHome(slug: string): Pick<Tenant, 'website' | 'landingPages'> {
  const page = `https://${HOST}/${slug}/`;
  return { website: page, landingPages: [page] };
}

async function wasStarted(slug: string): Promise<boolean> {
  try {
    await world.client.workflow.getHandle(onboardingWorkflowId(slug)).describe();
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}

/** A tenant file that somebody wrote to harm, and where it must be refused. */
type Abuse = readonly [what: string, text: string, path: string];

function abuses(slug: string, odd: string): Abuse[] {
  const file = (change: object): string => JSON.stringify(tenantFile({ slug, creatives: [], ...change }));
  const contact = { role: 'a', email: 'a@example.org' };
  const slugs = ['hostile_p\u0430ypal', 'hostile/../etc', 'h'.repeat(1_000), 'hostile🎉', 'Hostile', 'hostile\u200B', '__proto__', odd];
  return [
    ...slugs.map((bad): Abuse => [`slug ${bad.slice(0, 20)}`, file({ slug: bad }), 'slug']),
    [
      'page twice after normalising',
      file({ landing_pages: ['https://a.example.org/x', 'https://A.example.org:443/x/'] }),
      'landing_pages.1',
    ],
    ['contact twice after normalising', file({ contacts: [contact, { ...contact, email: 'A@example.org' }] }), 'contacts.1.email'],
    ['unknown field', file({ surprise: odd }), 'surprise'],
    ['unknown inner field', file({ billing: { initial_funding: 1, limit: 0 } }), 'billing.limit'],
    ['__proto__', `${file({}).slice(0, -1)},"__proto__":{"mode":"byo"}}`, '__proto__'],
    ['constructor', file({ company: { constructor: { prototype: 1 } } }), 'company.constructor'],
    ['deep JSON bomb', `{"slug":"${slug}","contacts":${'['.repeat(100_000)}`, 'nested deeper than'],
    ['wide JSON bomb', file({ landing_pages: Array.from({ length: 30_000 }, () => 'https://a.example.org/') }), 'landing_pages'],
    [
      'aliases that multiply',
      [
        'a: &a [x,x,x,x,x,x,x,x]',
        ...Array.from('bcdefgh', (key, index) => `${key}: &${key} [${Array(8).fill(`*${'abcdefg'[index]}`).join(',')}]`),
      ].join('\n'),
      'alias',
    ],
  ];
}

it('case 25: hostile tenant files are refused with the path of the field before anything starts', LONG, async () => {
  const draws = drawsOf(25);
  const odd = `hostile${String.fromCodePoint(0xa1 + draws.below(0x2_000))}${draws.below(1_000)}`;
  const good = join(folder, 'good.json');
  await writeFile(good, JSON.stringify(tenantFile({ slug: 'hostile_good', creatives: [], requested_by: OPS })));
  const calls = (await world.simulator.calls()).length;
  for (const [index, [what, text, path]] of abuses('hostile_bad', odd).entries()) {
    const bad = join(folder, `bad-${index}.json`);
    await writeFile(bad, text);
    const ran = await kobi(['start', good, bad, '--as', 'ops-a'], world.env);
    expect({ what, code: ran.code, stdout: ran.stdout }).toEqual({ what, code: 2, stdout: '' });
    expect(ran.stderr, what).toContain(bad);
    expect(ran.stderr, what).toContain(path);
    expect(ran.stderr, what).toContain('nothing was started');
    expect(ran.stderr.length, what).toBeLessThan(5_000);
  }
  for (const slug of ['../etc', 'p\u0430ypal', '__proto__', 'h'.repeat(1_000)])
    expect(await kobi(['status', slug], world.env), slug).toMatchObject({ code: 2, stdout: '' });

  expect(await Promise.all(['hostile_bad', 'hostile_good'].map(wasStarted))).toEqual([false, false]);
  const { count } = await world.db
    .selectFrom('ledger')
    .select((from) => from.fn.countAll<string>().as('count'))
    .executeTakeFirstOrThrow();
  expect(Number(count)).toBe(0);
  expect(await world.simulator.calls()).toHaveLength(calls);
  // The good one was fit to start all the time.
  expect(await kobi(['start', good, '--as', 'ops-a'], world.env)).toMatchObject({ code: 0 });
  expect(await wasStarted('hostile_good')).toBe(true);
  await world.onboardings.cancel('hostile_good', BY_OPS);
});

it('case 27: whatever answers or breaks with our own request in its hands, no token, secret or code is anywhere', LONG, async () => {
  const draws = drawsOf(27);
  const paths = [
    '/oauth2/advertiser/get/',
    '/bc/advertiser/create/',
    '/tt_video/authorize/',
    '/advertiser/info/',
    '/file/image/ad/upload/',
    '/bc/transfer/',
  ];
  for (const path of paths) {
    const drawn = draws.below(ECHOES.length);
    for (const [index, echo] of ECHOES.entries()) if (WHOLE || index === drawn || echo === 'refused') way.disturb(path, echo);
  }
  const tenant = await world.tenant('repeated', { spark: true });
  Object.assign(tenant, atHome(tenant.slug));
  const slug = await world.start(tenant);
  const shown: string[] = [];
  const mended = new Set<string>();
  const mend = async (): Promise<void> => {
    for (const step of (await world.status(slug))?.steps ?? []) {
      // TikTok's word against a Spark code counts as that of a wrong code, until somebody asks again.
      const stuck = step.state === 'parked' || (step.id === 'spark_ads' && step.ball === 'client');
      const key = `${step.id} ${step.since}`;
      if (!stuck || mended.has(key)) continue;
      mended.add(key);
      shown.push((await kobi(['status', slug], world.env)).stdout);
      await world.onboardings.retry(slug, { ...BY_OPS, step: step.id });
    }
  };
  await world.until(
    'the onboarding is live',
    async () => {
      await mend();
      return (await world.status(slug))?.state === 'live';
    },
    180_000,
  );
  expect(way.waiting()).toEqual([]);

  for (const echo of ['refused', 'error_page', 'broken'] as const) {
    way.disturb('/bc/get/', echo);
    const doctor = await kobi(['doctor'], { ...world.env, KOBI_DEBUG: '1' });
    shown.push(doctor.stdout, doctor.stderr);
  }
  for (const words of [['status', slug, '--json'], ['audit', 'export', slug], ['list']]) {
    const ran = await kobi(words, world.env);
    shown.push(ran.stdout, ran.stderr);
  }
  expect(way.waiting()).toEqual([]);

  const spelled = world.secrets().flatMap((secret) => [secret, encodeURIComponent(secret), Buffer.from(secret).toString('base64')]);
  const runs = await runsOf(world, slug);
  const { memo, searchAttributes } = await world.client.workflow.getHandle(onboardingWorkflowId(slug)).describe();
  const places = { shown: shown.join('\n'), described: JSON.stringify({ memo, searchAttributes }) };
  const found = Object.entries(places).flatMap(([place, text]) => spelled.filter((secret) => text.includes(secret)).map(() => place));
  expect(found).toEqual([]);
  await nothingSecret(world, runs, spelled);
  // What was repeated did come there, with its secrets masked: the search is not for nothing.
  const history = runs.flatMap((run) => textsIn(run.history)).join('\n');
  for (const text of [history, places.shown]) expect(text).toMatch(new RegExp(`${MARK} .*\\[redacted\\]`));
  await holdsAfterEveryCase(world, [slug]);
});

it(
  'case 28: addresses at private networks or metadata services, by redirect too, are not fetched, and endless answers are cut',
  LONG,
  async () => {
    drawsOf(28);
    const inner = `127.0.0.1:${traps.innerPort}`;
    const refused = (rule: string) => ({ code: 'address_refused', rule });
    const broken = (rule: string) => ({ code: 'landing_page_broken', rule });
    const pages = [
      { address: 'https://10.1.2.3/', ...refused('10.1.2.3 is not on the public internet') },
      { address: 'https://169.254.169.254/latest/meta-data/', ...refused('169.254.169.254 is not on the public internet') },
      { address: `https://${inner}/`, ...refused('127.0.0.1 is not on the public internet') },
      { address: `https://localhost:${traps.innerPort}/`, ...refused('localhost resolves to an address that is not allowed') },
      { address: `https://${HOST}/metadata`, ...refused('http://169.254.169.254/latest/meta-data/iam/ may not be fetched') },
      { address: `https://${HOST}/inside`, ...refused(`http://${inner}/ may not be fetched`) },
      { address: `https://${HOST}/pour`, ...broken('the first 512 kB lacks the GA4 id') },
      { address: `https://${HOST}/drip`, ...broken('did not answer within 10 s') },
    ];
    const feeds = [
      { address: 'https://192.168.0.10/feed.csv', ...refused('192.168.0.10 is not on the public internet') },
      { address: `https://${HOST}/inside`, ...refused(`http://${inner}/ may not be fetched`) },
      { address: `https://${HOST}/pour`, code: 'feed_unreachable', rule: 'answers more than 20480 kB' },
    ];
    /** Tries one address after the other on one tenant, by amending it, and ends with what is in order. */
    const tryAll = async (
      tenant: Tenant,
      step: 'launch_check' | 'catalog',
      tries: typeof pages,
      as: (address: string) => Partial<Tenant>,
    ) => {
      const { slug } = tenant;
      for (const [index, { address, code, rule }] of tries.entries()) {
        const changed = { ...tenant, ...as(address) };
        if (index === 0) await world.start(changed);
        else await world.onboardings.amend(slug, { ...BY_OPS, tenant: changed });
        await world.until(`${address} is judged`, async () => {
          const parked = (await world.status(slug))?.steps.find((each) => each.id === step && each.state === 'parked');
          return parked?.failure?.message.includes(address) === true || parked?.failure?.message.includes(rule) === true;
        });
        const { failure } = await untilStep(world, slug, step, 'parked');
        expect({ address, code: failure?.code }).toEqual({ address, code });
        expect(failure?.message).toContain(rule);
      }
      await world.onboardings.amend(slug, { ...BY_OPS, tenant });
      await world.untilLive([slug]);
      return slug;
    };
    const school = await world.tenant('pages');
    const shop = await world.tenant('feeds', { catalog: true });
    for (const tenant of [school, shop]) Object.assign(tenant, atHome(tenant.slug));
    const slugs = await Promise.all([
      tryAll(school, 'launch_check', pages, (address) => ({ landingPages: [address] })),
      tryAll(shop, 'catalog', feeds, (url) => ({ catalog: { feed: { kind: 'url', url } } })),
    ]);
    expect(traps.innerRequests(), 'requests that reached our own network').toBe(0);
    await holdsAfterEveryCase(world, slugs);
  },
);
