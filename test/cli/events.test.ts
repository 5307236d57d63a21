import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { kobi, kobiProcess } from './kobi.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kobi-events-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const SETTINGS = 'examples/events/shop.settings.yaml';
const EVENTS = 'examples/events/shop.events.jsonl';
const AT = ['--at', '2026-11-21T12:00:00Z'];
const RAW = ['person-a', 'person-b', 'person-c', '12345678', 'customer-1'];

const verdictLine = z.looseObject({
  line: z.number(),
  verdict: z.enum(['send', 'unmapped', 'reject', 'drop']),
  name: z.string().nullable(),
  event_id: z.string().nullable(),
  reason: z.string().optional(),
  payload: z.looseObject({ event_source: z.string(), data: z.array(z.looseObject({ event: z.string() })) }).optional(),
});
const verdictsOf = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => verdictLine.parse(JSON.parse(line)));

async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe('kobi events preview', { timeout: 120_000 }, () => {
  it('as a process of its own, says of each event of a file what would be sent, or why not', async () => {
    const ran = await kobiProcess(['events', 'preview', EVENTS, '--settings', SETTINGS, '--json', ...AT]);
    expect(ran.code).toBe(0);
    const verdicts = verdictsOf(ran.stdout);
    expect(verdicts.map(({ line, verdict }) => `${line} ${verdict}`)).toEqual([
      '1 send',
      '2 send',
      '3 send',
      '4 unmapped',
      '5 reject',
      '6 drop',
      '7 reject',
    ]);
    expect(verdicts[0]).toMatchObject({
      event_id: 'order-1001',
      payload: {
        event_source: 'web',
        event_source_id: 'C4A1B2C3D4E5F6G7H8I0',
        test_event_code: 'TEST10003',
        data: [{ event: 'Purchase' }],
      },
    });
    expect(verdicts[3]).toMatchObject({ near: 'AddToCart', suggestion: expect.stringContaining('did you mean AddToCart') });
    expect(verdicts[4]).toMatchObject({
      reason: 'currency_missing',
      field: 'params.currency',
      sentence: expect.any(String),
      mend: expect.any(String),
    });
    expect(ran.stderr).toContain(
      '7 event(s): 3 to send, 1 unmapped, 2 refused (1 currency_missing, 1 time_too_old), 1 dropped; nothing was sent',
    );
    for (const raw of RAW) expect(`${ran.stdout}${ran.stderr}`.toLowerCase()).not.toContain(raw);
  });

  it('for people is a table with a summary, and shows no identifier', async () => {
    const ran = await kobi(['events', 'preview', EVENTS, '--settings', SETTINGS, ...AT], {});
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^1 +send +purchase +Purchase +order-1001/m);
    expect(ran.stdout).toMatch(/^4 +unmapped +Add_To_Cart +- +cart-1 +did you mean AddToCart/m);
    expect(ran.stdout).toMatch(/^Add_To_Cart +web +1 +did you mean/m);
    expect(ran.stdout).toContain('7 event(s)');
    for (const raw of RAW) expect(ran.stdout.toLowerCase()).not.toContain(raw);
  });

  it('without settings uses stand-ins, and says so', async () => {
    const file = await fileOf(
      'sdk.jsonl',
      '{"name":"paywall_purchased","event_id":"a","params":{"value":9.99,"currency":"USD"},"user":{"email":"x@example.org"}}\r\n',
    );
    const ran = await kobi(['events', 'preview', file, '--json'], {});
    expect(ran.code).toBe(0);
    expect(verdictsOf(ran.stdout)).toMatchObject([
      { verdict: 'send', event: 'Purchase', payload: { data: [{ properties: { value: 9.99, currency: 'USD' } }] } },
    ]);
    expect(ran.stderr).toContain('stand-ins');
  });

  it('judges every line by itself: broken, blank, too long, not UTF-8, without a last newline', async () => {
    const good = '{"name":"purchase","event_id":"x","user":{"email":"person-a@example.org"}}';
    const file = await fileOf(
      'mixed.jsonl',
      Buffer.concat([
        Buffer.from(`\uFEFF${good}\n\n{"name":"purchase","user":{"email":"person-a@example.org"\n`),
        Buffer.from([0x7b, 0xff, 0x7d, 0x0a]),
        Buffer.from(`{"name":"${'x'.repeat(200_000)}"}\n[${good}]\n${good}`),
      ]),
    );
    const ran = await kobi(['events', 'preview', file, '--json'], {});
    expect(ran.code).toBe(0);
    expect(verdictsOf(ran.stdout).map(({ line, verdict, reason }) => [line, reason ?? verdict])).toEqual([
      [1, 'send'],
      [3, 'malformed'],
      [4, 'malformed'],
      [5, 'too_large'],
      [6, 'malformed'],
      [7, 'send'],
    ]);
    expect(ran.stdout).not.toContain('person-a');
  });

  it('keeps a large file out of memory', async () => {
    const path = join(folder, 'large.jsonl');
    const handle = await open(path, 'w');
    const line = JSON.stringify({ name: 'screen_view', event_id: 'v', params: { padding: 'x'.repeat(40_000) }, user: { ttp: '01H' } });
    const block = `${line}\n`.repeat(100);
    for (let written = 0; written < 25; written += 1) await handle.write(block);
    await handle.close();
    // 100 MB with a heap of 96 MB.
    const ran = await kobiProcess(['events', 'preview', path, '--json'], { NODE_OPTIONS: '--max-old-space-size=96' });
    expect(ran.code).toBe(0);
    expect(ran.stderr).toContain('2500 event(s): 2500 to send');
  });

  it('exits 2 on bad input: no file, a folder, another kind of file, wrong settings with every fault', async () => {
    const csv = await fileOf('crm.csv', 'email,phone\nperson-a@example.org,1\n');
    const wrong = await fileOf('wrong.yaml', 'country: XX\ncurrency: XAU\nmap:\n  won: Purchse\ncolour: red\n');
    for (const [words, told] of [
      [[join(folder, 'nowhere.jsonl')], 'is not there'],
      [[folder], 'is a folder'],
      [[csv], 'no line of'],
      [[EVENTS, '--settings', join(folder, 'nowhere.yaml')], 'is not there'],
      [[EVENTS, '--at', 'yesterday'], '--at takes a moment'],
      [[], 'missing required argument'],
    ] as const) {
      const ran = await kobi(['events', 'preview', ...words], {});
      expect(ran.code, words.join(' ')).toBe(2);
      expect(ran.stderr).toContain(told);
      expect(ran.stderr).not.toContain('person-a');
    }
    const ran = await kobi(['events', 'preview', EVENTS, '--settings', wrong, '--json'], {});
    expect(ran.code).toBe(2);
    for (const told of [':1:', 'country', 'no currency that TikTok takes', ':4:', 'did you mean: Purchase', 'colour', '4 fault(s)'])
      expect(ran.stderr + ran.stdout).toContain(told);
  });
});
