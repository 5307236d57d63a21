import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { Database } from './database.js';

/** Secrets of tenants, such as Spark auth codes; everything else knows only their references. */
export interface SecretStore {
  /** Stores or replaces the value of a reference. */
  put(ref: string, value: string): Promise<void>;
  /** @throws SecretUnreadable when there is none, or when it cannot be decrypted */
  get(ref: string): Promise<string>;
  /** Forgets a secret; one that is not there is forgotten already. */
  forget(ref: string): Promise<void>;
}

/** Names the reference and never the value. */
export class SecretUnreadable extends Error {
  override readonly name = 'SecretUnreadable';
  constructor(
    ref: string,
    why: string,
    /** There is no such secret, rather than one that cannot be read. */
    readonly absent = false,
  ) {
    super(`the secret ${ref} ${why}`);
  }
}

const TAG_BYTES = 16;
const NONCE_BYTES = 12;

interface Key {
  readonly id: string;
  readonly bytes: Buffer;
}

function keysOf(keyHex: string): readonly [Key, ...Key[]] {
  const keys = keyHex.split(',').map((part): Key => {
    if (!/^[0-9a-f]{64}$/i.test(part.trim()))
      throw new Error('SECRETS_KEY is not 64 hexadecimal digits (32 bytes), or several of them with commas between');
    const bytes = Buffer.from(part.trim(), 'hex');
    return { id: createHash('sha256').update('kobi secrets key').update(bytes).digest('hex').slice(0, 16), bytes };
  });
  const [current, ...older] = keys;
  if (!current) throw new Error('SECRETS_KEY is empty');
  return [current, ...older];
}

/**
 * Secrets encrypted with AES-256-GCM before they reach the database, each bound to its reference, so that a row moved to another
 * reference does not decrypt.
 *
 * @param keyHex SECRETS_KEY: 64 hexadecimal digits; when keys rotate the new one first, then a comma and the older ones
 * @throws Error when the key has another form; the key is not in the message
 */
export function createSecretStore(db: Database, keyHex: string): SecretStore {
  const keys = keysOf(keyHex);
  return {
    async put(ref, value) {
      const [{ id, bytes }] = keys;
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', bytes, nonce).setAAD(Buffer.from(ref, 'utf8'));
      const ciphertext = Buffer.concat([cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()]);
      const sealed = { key_id: id, nonce, ciphertext };
      await db
        .insertInto('secrets')
        .values({ ref, ...sealed })
        .onConflict((conflict) => conflict.column('ref').doUpdateSet(sealed))
        .execute();
    },

    async get(ref) {
      const row = await db.selectFrom('secrets').selectAll().where('ref', '=', ref).executeTakeFirst();
      if (!row) throw new SecretUnreadable(ref, 'is not stored', true);
      const key = keys.find(({ id }) => id === row.key_id);
      if (!key) throw new SecretUnreadable(ref, `was encrypted with the key ${row.key_id}, which SECRETS_KEY does not have`);
      const sealed = row.ciphertext.subarray(0, -TAG_BYTES);
      try {
        const decipher = createDecipheriv('aes-256-gcm', key.bytes, row.nonce, { authTagLength: TAG_BYTES }).setAAD(
          Buffer.from(ref, 'utf8'),
        );
        decipher.setAuthTag(row.ciphertext.subarray(-TAG_BYTES));
        return Buffer.concat([decipher.update(sealed), decipher.final()]).toString('utf8');
      } catch {
        throw new SecretUnreadable(ref, 'does not decrypt: its row was changed');
      }
    },

    async forget(ref) {
      await db.deleteFrom('secrets').where('ref', '=', ref).execute();
    },
  };
}
