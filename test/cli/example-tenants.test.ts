import { readFile, readdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { parse as readCsv } from 'csv-parse/sync';
import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { parse } from 'yaml';
import { describe, expect, it } from 'vitest';
import { probeMedia } from '../../src/activities/media-probe.js';
import { tenantFromFile } from '../../src/cli/tenant-from-file.js';
import { checkCreative } from '../../src/domain/creative-specs.js';
import { readFeedRows } from '../../src/domain/feed-rows.js';
import { defaultState, SEED } from '../../simulator/seed.js';
import { tenantDifferences } from '../../src/domain/amend.js';
import { tenantJsonSchemaText } from '../../src/domain/tenant-json-schema.js';
import type { Tenant } from '../../src/contract/tenant.js';

const root = resolve(import.meta.dirname, '../..');
const folder = join(root, 'examples/tenants');
const examples = (await readdir(folder)).filter((name) => name.endsWith('.yaml'));
const bc = { currency: 'EUR', type: 'SELF_SERVICE', registeredArea: 'DE' };

async function tenant(name: string): Promise<Tenant> {
  const result = await tenantFromFile(join(folder, name), bc);
  if (!result.ok) throw new Error(JSON.stringify(result.faults));
  return result.tenant;
}

describe('the published JSON Schema', () => {
  it('is that of the code: npx tsx scripts/tenant-schema.ts', async () => {
    expect(await readFile(join(root, 'schema/tenant.schema.json'), 'utf8')).toBe(tenantJsonSchemaText());
  });

  it.each(examples)('accepts %s, which names the schema at its head, and refuses it with an unknown field', async (name) => {
    const text = await readFile(join(folder, name), 'utf8');
    const ajv = new Ajv2020({ strict: true });
    formats.default(ajv);
    const validate = ajv.compile(JSON.parse(tenantJsonSchemaText()));
    const content: object = parse(text);
    expect(validate(content), JSON.stringify(validate.errors)).toBe(true);
    expect(validate({ ...content, sulg: 'x' })).toBe(false);
    const reference = /^# yaml-language-server: \$schema=(.+)\n/.exec(text)?.[1] ?? '';
    expect(resolve(dirname(join(folder, name)), reference)).toBe(join(root, 'schema/tenant.schema.json'));
  });
});

describe('the example tenants', () => {
  it.each(examples)('%s passes every rule under the Business Center of the simulator, without a warning', async (name) => {
    expect(await tenantFromFile(join(folder, name), bc)).toMatchObject({ ok: true, warnings: [] });
  });

  it.each(examples)('%s has creatives that TikTok takes', async (name) => {
    const { creatives, vertical } = await tenant(name);
    for (const creative of creatives) {
      const { findings } = checkCreative((await probeMedia(creative.file)).media, creative, vertical);
      expect(
        findings.filter(({ severity, needsHuman }) => severity === 'error' || needsHuman),
        creative.id,
      ).toEqual([]);
    }
  });

  it('peak_gear has a product feed without a wrong row', async () => {
    const { catalog, currency } = await tenant('peak_gear.yaml');
    const file = catalog?.feed.kind === 'file' ? catalog.feed.file : '';
    const records: Record<string, string>[] = readCsv(await readFile(file, 'utf8'), { columns: true });
    const { products, errors } = readFeedRows(records, currency);
    expect(errors).toEqual([]);
    expect(products.length).toBeGreaterThanOrEqual(4);
  });

  it('coast_tours names posts of the simulator, one with its code and one without', async () => {
    const result = await tenantFromFile(join(folder, 'coast_tours.yaml'), bc);
    expect(result.ok && result.sparkCodes.map(({ code }) => code)).toEqual([SEED.sparkCodes.tourismOne]);
    const links = Object.values(defaultState(0).sparkPosts).map(({ postUrl }) => postUrl);
    expect(result.ok && result.tenant.sparkPosts.filter(({ link }) => links.includes(link))).toHaveLength(2);
  });

  it('the amended school changes nothing but a text', async () => {
    const differences = tenantDifferences(await tenant('alpine_school.yaml'), await tenant('alpine_school.amended.yaml'));
    expect(differences.map(({ path }) => path)).toEqual(['creatives.0.text']);
  });
});
