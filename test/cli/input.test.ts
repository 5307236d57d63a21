import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAILURES } from '../../src/contract/failures.js';
import { kobi, kobiProcess, NOBODY_THERE } from './kobi.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kobi-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const AS = ['--as', 'ops-a', '--reason', 'a test'];
const SECRETS = [NOBODY_THERE.TIKTOK_ACCESS_TOKEN, NOBODY_THERE.TIKTOK_APP_SECRET, 'not-a-real-password', NOBODY_THERE.SECRETS_KEY];

describe('as a process of its own', { timeout: 120_000 }, () => {
  it.concurrent('exits 0 with its help', async () => {
    const ran = await kobiProcess(['--help']);
    expect(ran.code).toBe(0);
    for (const command of [
      'plan',
      'start',
      'list',
      'status',
      'watch',
      'gates',
      'gate',
      'decide',
      'provide',
      'retry',
      'skip',
      'amend',
      'pause',
      'resume',
      'cancel',
      'doctor',
      'audit',
      'creatives',
      'errors',
    ]) {
      expect(ran.stdout).toMatch(new RegExp(`^  ${command}\\b`, 'm'));
    }
    expect(ran.stdout).toContain('0 done, 1 failed, 2 bad input, 3 waiting for people');
  });

  it.concurrent('exits 2 on an unknown command and names the near one', async () => {
    const ran = await kobiProcess(['statsu']);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('Did you mean status?');
  });

  it.concurrent('exits 1 in one sentence with address and command when the Temporal server is away, without a stack or a secret', async () => {
    const ran = await kobiProcess(['status', 'school_a'], NOBODY_THERE);
    expect(ran.code).toBe(1);
    expect(ran.stdout).toBe('');
    expect(ran.stderr).toContain('127.0.0.1:1');
    expect(ran.stderr).toContain('npm run dev');
    expect(ran.stderr).not.toMatch(/\n\s+at /);
    for (const secret of SECRETS) expect(ran.stderr).not.toContain(secret);
  });

  it.concurrent('exits 1 with the address, never the password, when the database is away', async () => {
    const ran = await kobiProcess(['list'], NOBODY_THERE);
    expect(ran.code).toBe(1);
    expect(ran.stderr.trim()).toBe(
      'the database does not answer at 127.0.0.1:1/kobi: start it with `npm run dev`, or set DATABASE_URL to the address of yours',
    );
  });

  it.concurrent('shows the stack only with KOBI_DEBUG', async () => {
    const ran = await kobiProcess(['list'], { ...NOBODY_THERE, KOBI_DEBUG: '1' });
    expect(ran.stderr).toMatch(/\n\s+at /);
    for (const secret of SECRETS) expect(ran.stderr).not.toContain(secret);
  });

  it.concurrent('plans an example tenant offline without any setting', async () => {
    const ran = await kobiProcess(['plan', 'examples/tenants/coast_tours.yaml', '--offline']);
    expect(ran).toMatchObject({ code: 0, stderr: '' });
    expect(ran.stdout).toMatch(/^spark_ads +ask +2 Spark posts .*two-days$/m);
    expect(ran.stdout).toMatch(/^catalog +skip +the tenant sells no products$/m);
  });
});

describe('what is missing or wrong is said at once', () => {
  it('names every setting that is not set', async () => {
    const ran = await kobi(['list'], {});
    expect(ran.code).toBe(1);
    for (const name of ['TIKTOK_ACCESS_TOKEN', 'DATABASE_URL', 'SECRETS_KEY']) expect(ran.stderr).toContain(`${name}: is not set`);
  });

  it.each([
    [['retry', 'school_a', 'pixl', ...AS], '"pixl" is no step; did you mean pixel? (allowed: advertiser_account,'],
    [['gate', 'school_a', 'funding'], '"funding" is no gate (allowed: business_verification,'],
    [
      ['decide', 'school_a', 'creative-policy', 'maybe', '--as', 'approver-a'],
      '"maybe" is no verdict (allowed: approve, reject, request-changes, withdraw)',
    ],
    [['skip', 'school_a', 'billing', ...AS], 'billing cannot be skipped; these can: tiktok_account, catalog'],
    [['provide', 'school_a', 'spark-code', 'post-1', '--as', 'ops-a'], 'wrong number of values for spark-code'],
    [['provide', 'school_a', 'password', 'x', '--as', 'ops-a'], '"password" cannot be provided'],
    [['pause', 'school_a', '--as', 'ops-a', '--reason', 'x'], '--reason needs at least three characters'],
    [['pause', 'school_a', '--as', 'ops-b', '--reason', 'a test'], 'nobody is called "ops-b" in people.yaml; did you mean ops-a?'],
    [['pause', 'school_a', '--as', 'viewer-a', '--reason', 'a test'], 'viewer-a has neither the role ops nor admin; these may: ops-a'],
    [['pause', 'school_a', '--as', 'former-approver-a', '--reason', 'a test'], 'former-approver-a is disabled'],
    [['decide', 'school_a', 'initial_funding', 'approve', '--as', 'finance-a', '--revision', '-1'], 'is no revision'],
    [['pause', 'school_a', '--reason', 'a test'], "required option '--as <person>' not specified"],
    [['errors', 'finance_rol'], '"finance_rol" is no failure code; did you mean finance_role?'],
  ])('kobi %j', async (words, sentence) => {
    const ran = await kobi(words, NOBODY_THERE);
    expect(ran.stderr).toContain(sentence);
    expect(ran.code).toBe(2);
  });

  it('answers a fault as JSON too, with its exit code', async () => {
    const ran = await kobi(['errors', 'nope', '--json'], {});
    expect(JSON.parse(ran.stdout)).toMatchObject({ error: { exitCode: 2 } });
  });

  it('tells every fault of every tenant file with its line, and starts nothing', async () => {
    const file = join(folder, 'wrong.yaml');
    await writeFile(file, 'slug: Not A Slug\ncurrency: EURO\nmode: manged\n');
    const ran = await kobi(['start', 'examples/tenants/coast_tours.yaml', file, '--as', 'ops-a'], NOBODY_THERE);
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain(`${file}:1:`);
    expect(ran.stderr).toContain('slug');
    expect(ran.stderr).toContain('did you mean: managed');
    expect(ran.stderr).toContain('nothing was started');
  });

  it('refuses two files of one tenant', async () => {
    const file = 'examples/tenants/coast_tours.yaml';
    const ran = await kobi(['start', file, file, '--as', 'ops-a'], NOBODY_THERE);
    expect(ran).toMatchObject({ code: 2 });
    expect(ran.stderr).toContain('are both of the tenant coast_tours');
  });
});

describe('kobi plan --offline', () => {
  it('knows threshold and people where settings are at hand, and keeps the starter from deciding', async () => {
    const ran = await kobi(['plan', 'examples/tenants/peak_gear.yaml', '--offline', '--as', 'finance-a', '--json'], NOBODY_THERE);
    expect(ran.code).toBe(0);
    const plan: unknown = JSON.parse(ran.stdout);
    expect(plan).toMatchObject({ slug: 'peak_gear', live: false, findings: [] });
    expect(plan).toHaveProperty('gates.1', {
      gate: 'initial_funding',
      opens: 'yes',
      why: 'funding of 5000.00 EUR, threshold 1000.00 EUR',
      needed: 2,
      candidates: ['finance-b'],
    });
  });
});

describe('kobi creatives check', () => {
  it('accepts an example creative and says what it measured', async () => {
    const ran = await kobi(['creatives', 'check', 'examples/assets/campus.jpg', '--json'], {});
    expect(ran.code).toBe(0);
    expect(JSON.parse(ran.stdout)).toMatchObject({ verdict: 'accept' });
  });

  it('rejects with the limit of each violation and exits 1', async () => {
    const ran = await kobi(
      ['creatives', 'check', 'examples/assets/campus.jpg', '--vertical', 'private_school', '--music', 'licensed', '--text', 'Win {now}'],
      {},
    );
    expect(ran.code).toBe(1);
    for (const code of ['declaration_missing', 'music_licence', 'text_character']) expect(ran.stdout).toContain(code);
  });

  it('names a file that is no picture and no video', async () => {
    const file = join(folder, 'notes.txt');
    await writeFile(file, 'only text');
    const ran = await kobi(['creatives', 'check', file], {});
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('creative_unreadable');
  });
});

describe('kobi errors', () => {
  it('lists every code of the table, and one with the command that mends it', async () => {
    const all = await kobi(['errors', '--json'], {});
    expect(JSON.parse(all.stdout)).toHaveLength(Object.keys(FAILURES).length);
    const one = await kobi(['errors', 'gate_expired'], {});
    expect(one.stdout).toContain('Nobody decided the gate in time; silence never approves.');
    expect(one.stdout).toContain('mend: kobi retry {slug} {step}');
  });
});
