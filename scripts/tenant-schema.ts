/**
 * Writes schema/tenant.schema.json, by which editors complete and check tenant files: npx tsx scripts/tenant-schema.ts
 * With --check it writes nothing and exits 1 when the file is out of date.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { tenantJsonSchemaText } from '../src/domain/tenant-json-schema.js';

const path = resolve(import.meta.dirname, '../schema/tenant.schema.json');
const text = tenantJsonSchemaText();

if (process.argv.includes('--check')) {
  const current = existsSync(path) ? readFileSync(path, 'utf8') : '';
  if (current !== text) {
    console.error('schema/tenant.schema.json is out of date: npx tsx scripts/tenant-schema.ts');
    process.exitCode = 1;
  }
} else {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  console.log(path);
}
