import { type Tenant, tenantSchema } from '../contract/tenant.js';
import { tenantFileSchema } from '../contract/tenant-file.js';
import type { Fault } from './faults.js';
import { addressRules } from './intake/address-rules.js';
import { contactRules } from './intake/contact-rules.js';
import { creativeRules } from './intake/creative-rules.js';
import { type Draft, draftOf } from './intake/draft.js';
import { eventRules } from './intake/event-rules.js';
import { identityRules } from './intake/identity-rules.js';
import { moneyRules } from './intake/money-rules.js';
import { type BusinessCenterTraits, currencyFaults, requirementFaults } from './intake/requirements.js';
import { sparkRules } from './intake/spark-rules.js';
import { type SparkCode, sparkCodesOf, tenantOf } from './intake/tenant-of-file.js';
import { plainData } from './plain-data.js';
import { schemaFaults } from './schema-faults.js';

const schema = tenantSchema();

export type { Fault } from './faults.js';
export { bcFaults, type BusinessCenterTraits } from './intake/requirements.js';
export { type SparkCode } from './intake/tenant-of-file.js';

export interface IntakeContext {
  /** Absolute path of the folder from which the file's paths count. */
  readonly folder: string;
  /** The live Business Center, where it was read; without it `bcFaults` is due later. */
  readonly bc?: BusinessCenterTraits;
}

export type Intake =
  | { readonly ok: true; readonly tenant: Tenant; readonly sparkCodes: readonly SparkCode[]; readonly warnings: readonly Fault[] }
  | { readonly ok: false; readonly faults: readonly Fault[] };

function requirementRules(draft: Draft, bc: BusinessCenterTraits | undefined): Fault[] {
  const { country, currency } = draft;
  const byCountry =
    country === undefined
      ? []
      : requirementFaults(
          {
            country,
            promotionLink: draft.given('promotion_link'),
            licenceNo: draft.given('licence_no'),
            licenceImage: draft.given('licence_image'),
            qualificationImages: draft.given('qualification_images'),
            contactEmail: true,
            billingAddress: draft.given('billing_address'),
            taxFieldNames: draft.taxFieldNames,
            invoicePayer: draft.given('invoice_payer'),
          },
          bc,
        );
  return bc ? [...currencyFaults(currency, bc), ...byCountry] : byCountry;
}

/** A rule speaks better than the schema about the same field, and one sentence is said once. */
function united(bySchema: readonly Fault[], byRules: readonly Fault[]): Fault[] {
  const slugRule = byRules.some((one) => one.path === 'slug');
  return [...bySchema.filter((one) => !(slugRule && one.path === 'slug')), ...byRules];
}

/**
 * Checks what people wrote into a tenant file, of whatever origin, and makes the tenant of it. Every fault is found at once, each with
 * its path, and near misses with a suggestion; nothing is changed or sent. Spark codes come back apart, for the secret store.
 */
export function intake(raw: unknown, context: IntakeContext): Intake {
  const { data, faults: structure, bomb } = plainData(raw);
  if (bomb) return { ok: false, faults: structure };
  const draft = draftOf(data);
  const identity = identityRules(draft);
  const money = moneyRules(draft);
  const creatives = creativeRules(draft);
  const byRules = [
    ...identity.faults,
    ...requirementRules(draft, context.bc),
    ...addressRules(draft),
    ...eventRules(draft),
    ...contactRules(draft),
    ...money.faults,
    ...creatives.faults,
    ...sparkRules(draft),
  ];
  const faults = [...structure, ...united(schemaFaults(tenantFileSchema, data), byRules)];
  const parsed = tenantFileSchema.safeParse(data);
  if (faults.length > 0 || !parsed.success) return { ok: false, faults };
  const tenant = tenantOf(parsed.data, context.folder);
  const wrong = schemaFaults(schema, tenant);
  if (wrong.length > 0) return { ok: false, faults: wrong };
  return {
    ok: true,
    tenant,
    sparkCodes: sparkCodesOf(parsed.data),
    warnings: [...identity.warnings, ...money.warnings, ...creatives.warnings],
  };
}
