/** `npx tsx scripts/openapi.ts`: writes `openapi/kobi.json`, the API's document, from the schemas that check requests. */
import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { apiDocument } from '../src/web/api/api.js';

const file = join(resolve(import.meta.dirname, '..'), 'openapi', 'kobi.json');
writeFileSync(file, `${JSON.stringify(apiDocument(), null, 2)}\n`);
process.stdout.write(`wrote ${file}\n`);
