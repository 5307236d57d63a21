import type { GateId } from '../contract/checklist.js';
import type { Database } from './database.js';
import { appendToLedger } from './ledger.js';

export interface Claim {
  readonly slug: string;
  readonly gate: GateId;
  readonly revision: number;
  readonly person: string;
}

/** Who looks after this revision of a gate; undefined when nobody said so. */
export async function claimOf(db: Database, { slug, gate, revision }: Omit<Claim, 'person'>): Promise<string | undefined> {
  const row = await db
    .selectFrom('gate_claims')
    .select('person')
    .where('slug', '=', slug)
    .where('gate', '=', gate)
    .where('revision', '=', revision)
    .executeTakeFirst();
  return row?.person;
}

/**
 * Says that a person looks after a revision of a gate, with a row in the ledger. A claim keeps nobody else from deciding.
 * @returns who has it now: somebody who was faster keeps it; the claim of an earlier revision counts no more
 */
export async function claimGate(db: Database, { slug, gate, revision, person }: Claim, at: Date): Promise<string> {
  return db.transaction().execute(async (transaction) => {
    const taken = await transaction
      .insertInto('gate_claims')
      .values({ slug, gate, revision, person, at })
      .onConflict((conflict) =>
        conflict.columns(['slug', 'gate']).doUpdateSet({ revision, person, at }).where('gate_claims.revision', '<', revision),
      )
      .returning('person')
      .executeTakeFirst();
    if (taken) {
      const instant = at.toISOString();
      const row = { slug, kind: 'gate_claimed', key: `gate_claimed:${gate}:${revision}:${person}:${instant}`, actor: person, at: instant };
      await appendToLedger(transaction, { ...row, payload: { gate, revision } });
      return person;
    }
    const { person: other } = await transaction
      .selectFrom('gate_claims')
      .select('person')
      .where('slug', '=', slug)
      .where('gate', '=', gate)
      .executeTakeFirstOrThrow();
    return other;
  });
}

/**
 * Gives a person's claim back, with a row in the ledger.
 * @returns false when they had none
 */
export async function unclaimGate(db: Database, { slug, gate, revision, person }: Claim, at: Date): Promise<boolean> {
  return db.transaction().execute(async (transaction) => {
    const gone = await transaction
      .deleteFrom('gate_claims')
      .where('slug', '=', slug)
      .where('gate', '=', gate)
      .where('revision', '=', revision)
      .where('person', '=', person)
      .executeTakeFirst();
    if (gone.numDeletedRows === 0n) return false;
    const instant = at.toISOString();
    const row = {
      slug,
      kind: 'gate_unclaimed',
      key: `gate_unclaimed:${gate}:${revision}:${person}:${instant}`,
      actor: person,
      at: instant,
    };
    await appendToLedger(transaction, { ...row, payload: { gate, revision } });
    return true;
  });
}
