import type { GateId } from '../contract/checklist.js';
import type { Database } from './database.js';

/** What somebody said about a gate without deciding it. */
export interface GateComment {
  readonly person: string;
  readonly revision: number;
  readonly text: string;
  /** ISO 8601. */
  readonly at: string;
}

export async function addGateComment(
  db: Database,
  comment: { readonly slug: string; readonly gate: GateId; readonly revision: number; readonly person: string; readonly text: string },
  at: Date,
): Promise<void> {
  await db
    .insertInto('gate_comments')
    .values({ ...comment, at })
    .execute();
}

/** Oldest first, at most 200. */
export async function gateComments(db: Database, slug: string, gate: GateId): Promise<GateComment[]> {
  const rows = await db
    .selectFrom('gate_comments')
    .select(['person', 'revision', 'text', 'at'])
    .where('slug', '=', slug)
    .where('gate', '=', gate)
    .orderBy('at')
    .limit(200)
    .execute();
  return rows.map((row) => ({ ...row, at: row.at.toISOString() }));
}
