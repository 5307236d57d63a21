import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { freePort } from '../../src/process/free-port.js';
import { revokeAccessTokens } from '../../src/store/access-tokens.js';
import { kobi, kobiProcess, NOBODY_THERE, type Ran } from '../cli/kobi.js';
import { temporalAddress } from '../harness/temporal.js';
import { PEOPLE, tenantFile, useOffice } from './office.js';

const office = useOffice();

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kobi-elsewhere-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A machine that reaches nothing but the desk: no setting of a database or of Temporal. */
const elsewhere = (person: string): Record<string, string> => ({
  KOBI_DEV_ENV: 'off',
  XDG_CONFIG_HOME: join(folder, person),
  KOBI_SERVER: office.desk().origin,
});

async function file(name: string, text: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

/** Logs a person in on a machine of their own, and answers how they type commands there. */
async function at(person: string): Promise<(...words: string[]) => Promise<Ran>> {
  const token = await file(`${person}.token`, `${await office.desk().token(person)}\n`);
  expect(await kobi(['login', '--token-file', token], elsewhere(person))).toMatchObject({ code: 0 });
  return (...words) => kobi(words, elsewhere(person));
}

/** The same command on the engine's own machine. */
async function here(...words: string[]): Promise<Ran> {
  const people = await file('people.yaml', stringify(PEOPLE));
  return kobi(words, {
    ...NOBODY_THERE,
    KOBI_DEV_ENV: 'off',
    DATABASE_URL: office.desk().database.url,
    TEMPORAL_ADDRESS: temporalAddress(),
    KOBI_PEOPLE_FILE: people,
  });
}

/** Without how long ago things were. */
const timeless = ({ code, stdout, stderr }: Ran) => ({
  code,
  stderr,
  stdout: stdout.replaceAll(/\b\d+ (?:s|min|h)\b(?: +(?=\d)| +$| (?=ago))?/gm, 'T '),
});

describe('kobi login', () => {
  it('keeps a token that the desk knows, for its owner alone, and logout forgets it', async () => {
    const { origin } = office.desk();
    const settings = { XDG_CONFIG_HOME: join(folder, 'login') };
    const kept = join(folder, 'login', 'kobi', 'credentials.json');
    const wrong = await file('wrong.token', 'kobi_wrong');
    expect(await kobi(['login', '--server', origin, '--token-file', wrong], settings)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('this token opens nothing'),
    });
    await expect(stat(kept)).rejects.toThrow('ENOENT');

    // Piped in, as a process of its own.
    const child = spawn(process.execPath, ['--import', 'tsx', 'src/starter.ts', 'login', '--server', origin], {
      env: { PATH: process.env['PATH'] ?? '', KOBI_DEV_ENV: 'off', ...settings },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    child.stdin.end(`${await office.desk().token('ops-a')}\n`);
    expect(await new Promise((settle) => child.once('close', settle))).toBe(0);
    expect(said).toBe(`logged in at ${origin} as ops-a (ops)\n`);
    expect((await stat(kept)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, 'login', 'kobi'))).mode & 0o777).toBe(0o700);

    expect(await kobi(['logout'], settings)).toMatchObject({ code: 0, stdout: `ops-a is logged in at ${origin} no more` });
    expect(await readFile(kept, 'utf8')).not.toContain('kobi_');
    expect(await kobi(['list', '--server', origin], settings)).toMatchObject({
      code: 1,
      stderr: `nobody is logged in at ${origin}: kobi login --server ${origin}`,
    });
  });

  it('speaks to nobody who would let the token be read on the way', async () => {
    for (const [address, why] of [
      ['http://desk.example.org', 'would let everybody on the way read the token'],
      ['https://desk.example.org/elsewhere', 'names more than a desk'],
      ['https://me:secret@desk.example.org', 'is no address of a desk'],
      ['desk', 'is no address of a desk'],
    ] as const)
      expect(await kobi(['list', '--server', address], elsewhere('nobody'))).toMatchObject({
        code: 2,
        stderr: expect.stringContaining(why),
      });
  });
});

describe('commands at a desk', () => {
  it('onboard a tenant from another machine, with the words and exit codes of the engine’s own', { timeout: 120_000 }, async () => {
    const [ops, approver] = [await at('ops-finance-a'), await at('approver-a')];
    const onboarding = await office.expectTenant('cli_far');
    const tenant = await file('cli_far.yaml', tenantFile('cli_far'));
    const wrong = await file('wrong.yaml', tenantFile('cli_far', { 'country: DE': 'country: XX' }));

    const refused = await ops('start', wrong, tenant);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toMatch(/wrong\.yaml:\d+:\d+ {2}country: [\s\S]*1 fault; nothing was started/);
    expect(await ops('start', join(folder, 'missing.yaml'))).toMatchObject({ code: 2, stderr: expect.stringContaining('is not there') });
    const started = await kobiProcess(['start', tenant, '--as', 'ops-finance-a@example.org', '--wait'], elsewhere('ops-finance-a'));
    expect(started).toMatchObject({ code: 3, stderr: '' });
    expect(started.stdout).toMatch(/^the onboarding of cli_far is started$/m);
    expect(started.stdout).toMatch(/cli_far is waiting and waits for people/);
    expect(await ops('start', tenant)).toMatchObject({ code: 0, stdout: expect.stringContaining('joined it') });
    await office.untilInInbox('cli_far');

    for (const words of [
      ['status', 'cli_far'],
      ['status', 'cli_far', '--json'],
      ['list'],
      ['list', '--state', 'live'],
      ['gates', 'cli_far', '--for', 'approver-a'],
      ['errors', 'gate_rejected'],
      ['errors', 'gate_reject'],
      ['gate', 'cli_far', 'spark_ads'],
      ['audit', 'export', 'cli_far', '--format', 'csv'],
      ['pause', 'cli_far', '--as', 'ops-finance-a', '--reason', 'x'],
      ['retry', 'cli_far', '--as', 'ops-finance-a', '--reason', 'a test', '--id', 'far-retry'],
    ])
      expect(timeless(await ops(...words)), words.join(' ')).toEqual(timeless(await here(...words)));
    expect((await ops('status', 'cli_fa')).code).toBe(2);

    // A file of the desk's machine is looked at on the desk, from wherever.
    expect((await approver('gate', 'cli_far', 'creative_policy')).stdout).toContain(
      `open-day: ${office.desk().origin}/tenants/cli_far/gates/creative_policy/files/open-day`,
    );

    const decide = ['decide', 'cli_far', 'creative_policy', 'reject'];
    expect(await approver(...decide)).toMatchObject({ code: 1, stdout: expect.stringContaining('refused (reason_missing)') });
    expect(await approver(...decide, '--as', 'approver-b')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--as approver-b is not who is logged in'),
    });
    const no = ['decide', 'cli_far', 'creative-policy', 'reject', '--reason', 'no promises', '--decision-id', 'far-no'];
    const said = await approver(...no);
    expect(said).toMatchObject({ code: 0, stdout: expect.stringMatching(/^recorded as row \d+ .*\ndecision id far-no$/) });
    expect(await approver(...no)).toEqual(said);
    const amended = await file('cli_far.amended.yaml', tenantFile('cli_far', { 'Top grades for every child: v': 'V' }));
    const amend = ['amend', 'cli_far', '--file', amended, '--reason', 'no promises any more'];
    expect(await ops(...amend)).toMatchObject({ code: 0, stderr: '' });
    await onboarding.untilGate('creative_policy', 'open', 2);
    const stale = await approver('decide', 'cli_far', 'creative_policy', 'approve', '--revision', '1');
    expect(stale).toMatchObject({ code: 1 });
    expect(stale.stdout).toMatch(/^refused \(stale_(revision|evidence)\)/);
    expect(stale.stdout).toContain('creatives');
    expect(await approver('decide', 'cli_far', 'creative_policy', 'approve')).toMatchObject({ code: 0 });
    expect(await ops('watch', 'cli_far')).toMatchObject({ code: 0, stdout: expect.stringContaining('cli_far is live') });
    expect(await ops('cancel', 'cli_far', '--reason', 'too late')).toMatchObject({ code: 1, stdout: expect.stringMatching(/^refused: /) });
    expect(office.desk().failures).toEqual([]);
  });

  it('end with a plain word when the token is revoked, the desk is away, or the command does not go over a desk', async () => {
    const viewer = await at('viewer-a');
    expect(await viewer('pause', 'cli_far', '--reason', 'a test')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('neither the role ops nor admin'),
    });
    await revokeAccessTokens(office.desk().database.db, 'viewer-a', 'test', new Date());
    expect(await viewer('list')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/wrong, expired or revoked: kobi login --server/),
    });
    const closed = `http://127.0.0.1:${await freePort()}`;
    const settings = { ...elsewhere('viewer-a'), KOBI_SERVER: closed };
    await writeFile(
      join(folder, 'viewer-a', 'kobi', 'credentials.json'),
      JSON.stringify({ servers: { [closed]: { person: 'viewer-a', token: 'kobi_any' } } }),
    );
    expect(await kobi(['pause', 'cli_far', '--reason', 'a test'], settings)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /the desk at .* does not answer \(ECONNREFUSED\).*ask again with the same command and --id command_line-/,
      ),
    });
    expect(await kobi(['doctor'], settings)).toMatchObject({ code: 1 });
    expect(await kobi(['reviews'], settings)).toMatchObject({ code: 1, stderr: expect.stringContaining('does not go over --server') });
  });
});
