import { type Kysely, sql } from 'kysely';

/** Who amended what a gate shows: they do not decide it, and the inbox must know. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table gates add column amenders text[] not null default '{}'`.execute(db);
  await sql`update gates g set amenders = array(select jsonb_array_elements_text(s->'amendedBy'))
    from onboardings o cross join lateral jsonb_array_elements(o.status->'gates') as s
    where o.slug = g.slug and s->>'id' = g.gate and s ? 'amendedBy'`.execute(db);
}
