import { sql } from 'kysely';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database.js';
import { createSecretStore } from '../../src/store/secrets.js';
import { usePostgres } from './postgres.js';

const postgres = usePostgres();
const keyHex = '0f'.repeat(32);
const newKeyHex = 'a1'.repeat(32);
const value = 'canary-spark-code-#Zx9';
let db: Database;
beforeAll(async () => {
  db = await postgres.open();
});

/** Every row of every table as text and as raw bytes, as a dump would hold it. */
async function dump(): Promise<string> {
  const { rows } = await sql<{ name: string }>`select tablename as name from pg_tables where schemaname = 'public'`.execute(db);
  const texts: string[] = [];
  for (const { name } of rows) {
    const found = await sql<{ line: string }>`select t::text as line from ${sql.table(name)} t`.execute(db);
    texts.push(...found.rows.map(({ line }) => line));
  }
  return texts.join('\n');
}

describe('secrets', () => {
  it('come back by reference and are replaced and forgotten', async () => {
    const secrets = createSecretStore(db, keyHex);
    await secrets.put('spark/alpine_school/post-1', 'first');
    await secrets.put('spark/alpine_school/post-1', value);
    expect(await secrets.get('spark/alpine_school/post-1')).toBe(value);
    await secrets.forget('spark/alpine_school/post-1');
    await expect(secrets.get('spark/alpine_school/post-1')).rejects.toThrow('the secret spark/alpine_school/post-1 is not stored');
  });

  it('are readable nowhere in a dump of the database, not even as hex, and never encrypt to the same bytes twice', async () => {
    const secrets = createSecretStore(db, keyHex);
    await secrets.put('a', value);
    await secrets.put('b', value);
    const text = await dump();
    expect(text).toContain('a,');
    for (const form of [value, Buffer.from(value).toString('hex'), Buffer.from(value).toString('base64'), keyHex])
      expect(text).not.toContain(form);
    const rows = await db.selectFrom('secrets').select('ciphertext').where('ref', 'in', ['a', 'b']).execute();
    expect(new Set(rows.map((row) => row.ciphertext.toString('hex'))).size).toBe(2);
  });

  it('do not decrypt when a row is changed or moved to another reference, and the error does not say the value', async () => {
    const secrets = createSecretStore(db, keyHex);
    await secrets.put('own', value);
    await sql`update secrets set ref = 'moved' where ref = 'own'`.execute(db);
    await expect(secrets.get('moved')).rejects.toThrow('the secret moved does not decrypt: its row was changed');
    await secrets.put('own', value);
    await sql`update secrets set ciphertext = set_byte(ciphertext, 0, (get_byte(ciphertext, 0) + 1) % 256) where ref = 'own'`.execute(db);
    const error: unknown = await secrets.get('own').catch((caught: unknown) => caught);
    expect(String(error)).toContain('does not decrypt');
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(value);
  });

  it('stay readable while keys rotate, and say which key is missing afterwards', async () => {
    await createSecretStore(db, keyHex).put('rotating', value);
    const rotated = createSecretStore(db, `${newKeyHex},${keyHex}`);
    expect(await rotated.get('rotating')).toBe(value);
    await expect(createSecretStore(db, newKeyHex).get('rotating')).rejects.toThrow(
      /was encrypted with the key [0-9a-f]{16}, which SECRETS_KEY does not have/,
    );
    await rotated.put('rotating', value);
    expect(await createSecretStore(db, newKeyHex).get('rotating')).toBe(value);
  });

  it('refuse a key of another form without repeating it', () => {
    expect(() => createSecretStore(db, 'canary-key')).toThrow('SECRETS_KEY is not 64 hexadecimal digits');
    expect(() => createSecretStore(db, 'canary-key')).not.toThrow('canary-key');
  });
});
