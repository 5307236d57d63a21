import { sql } from 'kysely';
import type { OnboardingStatus } from '../contract/status.js';
import type { Database } from './database.js';

/** A notification with what a reader of it must know beside. */
export interface Notice {
  readonly id: string;
  readonly slug: string;
  readonly kind: string;
  readonly gate?: string;
  readonly at: Date;
  readonly body: Readonly<Record<string, unknown>>;
  /** Where the onboarding stands by its projection; it may lag behind the notification. */
  readonly status?: OnboardingStatus;
  /** The row of the ledger that it tells of; whoever keeps the hash can show later that the chain's tail was not cut. */
  readonly ledger?: { readonly seq: number; readonly hash: string; readonly actor: string };
}

/** Notifications by id, oldest first. */
export async function noticesOf(db: Database, ids: readonly string[]): Promise<Notice[]> {
  const { rows } = await sql<{
    id: string;
    slug: string;
    kind: string;
    gate: string | null;
    at: Date;
    body: Readonly<Record<string, unknown>>;
    status: OnboardingStatus | null;
    seq: number | null;
    hash: string | null;
    actor: string | null;
  }>`
    select n.id, n.slug, n.kind, n.gate, n.at, n.body, o.status, l.seq, l.hash, l.actor
    from notifications n
    left join onboardings o on o.slug = n.slug
    left join ledger l on l.slug = n.slug and l.key = n.key
    where n.id = any(${[...ids]}::bigint[]) order by n.id`.execute(db);
  return rows.map(({ gate, status, seq, hash, actor, ...row }) => ({
    ...row,
    ...(gate === null ? {} : { gate }),
    ...(status === null ? {} : { status }),
    ...(seq === null || hash === null || actor === null ? {} : { ledger: { seq, hash, actor } }),
  }));
}
