import { type Kysely, sql } from 'kysely';

/**
 * The slug alone says which projection a row is, and the workflow's id is made of it. With two unique keys, two first saves at once met
 * at the one that the statement does not resolve, and one of them failed.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table onboardings drop constraint onboardings_workflow_id_key`.execute(db);
}
