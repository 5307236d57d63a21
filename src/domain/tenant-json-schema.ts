import { z } from 'zod';
import { tenantFileSchema } from '../contract/tenant-file.js';

/** The published JSON Schema of tenant files as text, as schema/tenant.schema.json holds it. */
export function tenantJsonSchemaText(): string {
  const schema = z.toJSONSchema(tenantFileSchema, { io: 'input' });
  const titled = { $schema: schema.$schema, title: 'Tenant file of Kobi’s TikTok Ads onboarding', ...schema };
  return `${JSON.stringify(titled, null, 2)}\n`;
}
