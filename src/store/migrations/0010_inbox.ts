import { type Kysely, sql } from 'kysely';

const EACH_GATE = sql`onboardings o cross join lateral jsonb_array_elements(o.status->'gates') as s`;

/**
 * What the inbox sorts, filters and searches by: who decided already, the amount, what is asked and who has the ball; who has claimed a
 * gate; and the indexes that keep the desk's lists fast with ten thousand onboardings.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table gates
    add column voters text[] not null default '{}',
    add column asks text not null default '',
    add column amount_minor bigint,
    add column currency text,
    add column ball text`.execute(db);
  await sql`update gates g set
      voters = array(select d->>'actor' from jsonb_array_elements(s->'decisions') as d),
      amount_minor = case when g.gate = 'initial_funding' then (s->'evidence'->>'amountMinor')::bigint end,
      currency = case when g.gate = 'initial_funding' then s->'evidence'->>'currency' end,
      ball = case when g.state = 'open' then 'kobi' end
    from ${EACH_GATE} where o.slug = g.slug and s->>'id' = g.gate`.execute(db);
  await sql`create index gates_open_by_slug on gates (slug) where state = 'open'`.execute(db);
  await sql`create table gate_claims (
    slug text not null,
    gate text not null,
    revision integer not null,
    person text not null,
    at timestamptz not null,
    primary key (slug, gate)
  )`.execute(db);
  await sql`create index onboardings_by_change on onboardings (updated_at)`.execute(db);
  await sql`create index onboardings_by_due on onboardings (due_at, slug)`.execute(db);
  await sql`create index onboardings_by_balls on onboardings using gin (balls)`.execute(db);
  await sql`create index ledger_by_gate on ledger (slug, (payload->>'gate'), seq)`.execute(db);
}
