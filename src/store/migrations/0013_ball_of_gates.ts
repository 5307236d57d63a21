import { type Kysely, sql } from 'kysely';

/** Nobody has the ball of a gate whose onboarding has ended, so that what waits is counted without looking at onboardings. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`update gates g set ball = null from onboardings o
    where o.slug = g.slug and g.ball is not null and o.state in ('live', 'cancelling', 'cancelled')`.execute(db);
  await sql`create index gates_by_ball on gates (ball, slug) where ball is not null`.execute(db);
}
