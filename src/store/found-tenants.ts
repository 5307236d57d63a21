import { type RawBuilder, sql } from 'kysely';

function escaped(text: string): string {
  return text.replace(/[\\%_]/g, (character) => `\\${character}`);
}

/**
 * Slugs of the tenants that a text finds, as a subquery: the beginning of a slug or a name, an id at TikTok (advertiser, pixel, pixel
 * code, catalog …), or TikTok's request id of a parked step. Each way has its index.
 */
export function tenantsFoundBy(text: string): RawBuilder<string> {
  const begins = `${escaped(text.toLowerCase())}%`;
  return sql<string>`(
    select slug from onboardings where slug like ${begins}
    union select slug from onboardings where lower(legal_name) like ${begins}
    union select slug from remote_ids where id = ${text}
    union select slug from ledger where kind = 'step_parked' and payload->>'requestId' = ${text})`;
}
