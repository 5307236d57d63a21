import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { renderFaults } from '../../src/cli/render/faults.js';
import { readTenantFile } from '../../src/cli/tenant-file-reader.js';
import { tenantFromFile } from '../../src/cli/tenant-from-file.js';
import { tenantFile } from '../domain/tenant-file.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenant-file-'));
});

async function written(content: string | Uint8Array, name = 'tenant.yaml'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

async function refusal(content: string | Uint8Array): Promise<string> {
  const read = await readTenantFile(await written(content));
  return read.ok ? 'was read' : renderFaults(read.faults, 'tenant.yaml');
}

describe('a file that is no tenant file is refused before it is looked into', () => {
  it.each<[string, string | Uint8Array, RegExp]>([
    ['5 MB feed inside', `products: "${'x'.repeat(5_000_000)}"`, /holds 50000\d\d bytes; at most 1000000 are read.*catalog\.feed\.file/],
    ['brackets without end', '['.repeat(900_000), /nested deeper than 100 levels/],
    ['lists within each other', '- '.repeat(400_000), /nested deeper than 100 levels/],
    ['maps within each other', 'a: '.repeat(300_000), /nested deeper than 100 levels/],
    [
      'lines ever further in',
      Array.from({ length: 1_300 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'),
      /nested deeper than 100 levels/,
    ],
    ['fields without end', Array.from({ length: 90_000 }, (_, index) => `k${index}: 1`).join('\n'), /more than 5000 fields/],
    ['signs without end', '"'.repeat(900_000), /more than 100000 words and signs/],
    [
      'aliases that multiply',
      [
        'a: &a [x, x, x, x, x, x, x, x, x]',
        ...'bcdefgh'.split('').map((key, index) => `${key}: &${key} [${Array(9).fill(`*${'abcdefg'[index]}`).join(', ')}]`),
      ].join('\n'),
      /Excessive alias count/,
    ],
    ['tag that makes objects', 'slug: !!js/function "x"', /tenant\.yaml:1:7 {2}Unresolved tag/],
    ['key twice', 'slug: a\nslug: b', /tenant\.yaml:2:1 {2}Map keys must be unique/],
    ['second document', 'slug: a\n---\nslug: b', /multiple documents/],
    ['cut JSON', '{"slug": "a", "ga4": {', /tenant\.yaml:1:/],
    ['bytes that are no text', new Uint8Array([0x73, 0xff, 0xfe]), /not UTF-8/],
  ])('%s', async (_, content, message) => {
    expect(await refusal(content)).toMatch(message);
  });

  it('an alias to itself', async () => {
    const result = await tenantFromFile(await written('contacts: &a [*a]'));
    expect(result).toMatchObject({ ok: false, faults: [{ path: 'contacts', problem: 'is nested deeper than 16 levels', line: 1 }] });
  });

  it('a folder, and a file that is not there', async () => {
    expect(await readTenantFile(folder)).toMatchObject({ ok: false, faults: [{ problem: 'is not a file' }] });
    expect(await readTenantFile(join(folder, 'none.yaml'))).toMatchObject({ ok: false, faults: [{ problem: 'is not there' }] });
  });
});

describe('faults point into the file', () => {
  it('at the line and column of the field, or of its parent when it is missing', async () => {
    const path = await written(
      '# a comment\nslug: Shop\nga4:\n  measurement_id: UA-1\n  key_events:\n    - { name: purchase, source: sites }\na.b: 1\n',
    );
    const result = await tenantFromFile(path);
    const places = result.ok ? [] : result.faults.map((fault) => [fault.path, fault.line, fault.column]);
    expect(places).toEqual(
      expect.arrayContaining([
        ['slug', 2, 1],
        ['ga4.measurement_id', 4, 3],
        ['ga4.key_events.0.source', 6, 25],
        ['"a.b"', 7, 1],
      ]),
    );
  });

  it('reads JSON as well, and looks for the files that it names', async () => {
    const path = await written(JSON.stringify(tenantFile(), null, 2), 'tenant.json');
    expect(await tenantFromFile(path)).toMatchObject({
      ok: false,
      faults: [{ path: 'creatives.0.file', problem: expect.stringContaining('no file that can be read') }],
    });
    expect(await tenantFromFile(await written(JSON.stringify(tenantFile({ creatives: [] })), 'tenant.json'))).toMatchObject({ ok: true });
  });

  it('looks for the files also when other fields are wrong', async () => {
    const wrong = tenantFile({ slug: 'Shop', catalog: { feed: { file: 'none.csv' } }, company: { licence_image: 'none.png', vat: 1 } });
    const result = await tenantFromFile(await written(JSON.stringify(wrong, null, 2), 'tenant.json'));
    const found = result.ok ? [] : result.faults.map(({ path, line }) => [path, typeof line]);
    expect(found).toEqual([
      ['company.vat', 'number'],
      ['slug', 'number'],
      ['company.licence_image', 'number'],
      ['catalog.feed.file', 'number'],
      ['creatives.0.file', 'number'],
    ]);
  });

  it('keeps keys of the language out of the data, and says where they stand', async () => {
    const result = await tenantFromFile(await written('slug: shop\n__proto__:\n  mode: byo\n'));
    expect(result.ok ? [] : result.faults).toContainEqual({
      path: '__proto__',
      problem: 'this key is not allowed in data',
      line: 2,
      column: 1,
    });
  });

  it('renders them in order, with what is allowed and what was meant', () => {
    const faults = [
      { path: 'mode', problem: 'is wrong', allowed: ['managed'], suggestion: 'managed', line: 9, column: 1 },
      { path: 'slug', problem: 'is missing', line: 1, column: 1 },
    ];
    expect(renderFaults(faults, 'a.yaml')).toBe(
      'a.yaml:1:1  slug: is missing\na.yaml:9:1  mode: is wrong\n    did you mean: managed\n    allowed: managed',
    );
  });
});
