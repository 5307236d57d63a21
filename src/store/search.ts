import { type SelectQueryBuilder, sql } from 'kysely';
import type { Ball, OnboardingStateName } from '../contract/checklist.js';
import type { Database } from './database.js';
import { tenantsFoundBy } from './found-tenants.js';
import type { Tables } from './tables.js';

export interface TenantQuery {
  /** Anything that ops has in hand: the beginning of a slug or name, an id at TikTok, a request id of a parked step. */
  readonly text?: string | undefined;
  readonly state?: OnboardingStateName | undefined;
  readonly ball?: Ball | undefined;
  readonly vertical?: string | undefined;
  /** Only these tenants; undefined means all. */
  readonly slugs?: readonly string[] | undefined;
  readonly sort: 'slug' | 'due' | 'updated';
  readonly offset: number;
  readonly limit: number;
}

/** One line of the list of tenants. Instants are ISO 8601 in UTC. */
export interface TenantLine {
  readonly slug: string;
  readonly legalName: string;
  readonly vertical: string;
  readonly state: OnboardingStateName;
  readonly balls: readonly string[];
  readonly failureCodes: readonly string[];
  readonly dueAt: string | null;
  readonly percent: number;
  readonly startedAt: string;
  readonly updatedAt: string;
}

type Matching = SelectQueryBuilder<Tables, 'onboardings', object>;

function matching(db: Database, { text, state, ball, vertical, slugs }: TenantQuery): Matching {
  let query: Matching = db.selectFrom('onboardings');
  if (state !== undefined) query = query.where('state', '=', state);
  if (ball !== undefined) query = query.where(sql<boolean>`${ball} = any(balls)`);
  if (vertical !== undefined) query = query.where('vertical', '=', vertical);
  if (slugs !== undefined) query = query.where('slug', 'in', slugs.length === 0 ? [''] : [...slugs]);
  const wanted = text?.trim() ?? '';
  if (wanted !== '') {
    query = query.where(sql<boolean>`slug in ${tenantsFoundBy(wanted)}`);
  }
  return query;
}

/** Tenants that match, a page at a time, and how many there are in all. */
export async function searchTenants(db: Database, query: TenantQuery): Promise<{ lines: TenantLine[]; total: number }> {
  const base = matching(db, query);
  let page = base
    .select(['slug', 'legal_name', 'vertical', 'state', 'balls', 'failure_codes', 'due_at', 'percent', 'started_at', 'updated_at'])
    .offset(query.offset)
    .limit(query.limit);
  if (query.sort === 'due') page = page.orderBy('due_at', (order) => order.asc().nullsLast());
  if (query.sort === 'updated') page = page.orderBy('updated_at', 'desc');
  page = page.orderBy('slug');
  const [rows, count] = await Promise.all([
    page.execute(),
    base.select((select) => select.fn.countAll<string>().as('total')).executeTakeFirstOrThrow(),
  ]);
  return {
    lines: rows.map((row) => ({
      slug: row.slug,
      legalName: row.legal_name,
      vertical: row.vertical,
      state: row.state,
      balls: row.balls,
      failureCodes: row.failure_codes,
      dueAt: row.due_at?.toISOString() ?? null,
      percent: row.percent,
      startedAt: row.started_at.toISOString(),
      updatedAt: row.updated_at.toISOString(),
    })),
    total: Number(count.total),
  };
}
