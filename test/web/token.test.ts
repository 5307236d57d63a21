import { afterAll, beforeAll, expect, it } from 'vitest';
import { createAccessToken, listAccessTokens, personOfAccessToken, revokeAccessTokens } from '../../src/store/access-tokens.js';
import { type FreshDatabase, freshDatabase } from '../harness/databases.js';

let database: FreshDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.close());

const day = 86_400_000;
const now = new Date('2026-03-01T12:00:00Z');
const later = (ms: number): Date => new Date(now.getTime() + ms);

it('a token opens the desk for its person until it expires or is revoked, and is kept only as a hash', async () => {
  const { db } = database;
  const token = await createAccessToken(db, { person: 'ops-a', label: 'desk', lastsMs: 2 * day }, now);
  expect(token).toMatch(/^kobi_[\w-]{43}$/);
  expect(await personOfAccessToken(db, token, later(day))).toBe('ops-a');
  expect(await personOfAccessToken(db, token, later(2 * day))).toBeUndefined();
  expect(await personOfAccessToken(db, `${token}A`, later(day))).toBeUndefined();
  expect(JSON.stringify(await db.selectFrom('access_tokens').selectAll().execute())).not.toContain(token);

  const [listed] = await listAccessTokens(db, 'ops-a', later(day));
  expect(listed).toMatchObject({ label: 'desk', lastUsedAt: later(day).toISOString() });
  expect(await revokeAccessTokens(db, 'ops-a', 'other', later(day))).toBe(0);
  expect(await revokeAccessTokens(db, 'ops-a', 'desk', later(day))).toBe(1);
  expect(await personOfAccessToken(db, token, later(day))).toBeUndefined();
});
