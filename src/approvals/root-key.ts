import type { Database } from '../store/database.js';
import { createSecretStore, SecretUnreadable } from '../store/secrets.js';
import { oneAtATime } from '../store/signing-keys.js';
import { newSigningKey, type SigningKey, signingKeyOf } from './ed25519-keys.js';

const ROOT_REF = 'approvals-root';

export interface ApprovalSettings {
  /** What new onboardings are started with. */
  readonly mode: 'signed' | 'open';
  /** The root's public half, when the private one is kept away from the machines that decide; hexadecimal. */
  readonly rootPublicKey?: string;
  /** The root's private half, hexadecimal; without both, a root is made once and kept in the sealed secret store. */
  readonly rootKey?: string;
}

export interface RootKey {
  readonly publicKey: string;
  /** Null where only the public half is known: signing keys are then issued elsewhere. */
  readonly key: SigningKey | null;
}

/**
 * The key that vouches for signing keys; onboardings are started with its public half.
 *
 * @throws SecretUnreadable when it is sealed by a key that SECRETS_KEY does not have
 */
export async function rootKey(db: Database, secretsKey: string, settings: ApprovalSettings): Promise<RootKey> {
  if (settings.rootKey !== undefined) {
    const key = signingKeyOf(settings.rootKey);
    return { publicKey: key.publicKey, key };
  }
  if (settings.rootPublicKey !== undefined) return { publicKey: settings.rootPublicKey, key: null };
  const seed = await sealedSeed(db, secretsKey);
  const key = signingKeyOf(seed);
  return { publicKey: key.publicKey, key };
}

/** Seals the root that is kept here under the newest key of SECRETS_KEY, so that an older one may go. */
export async function resealRoot(db: Database, secretsKey: string): Promise<void> {
  const secrets = createSecretStore(db, secretsKey);
  await oneAtATime(db, ROOT_REF, async () => secrets.put(ROOT_REF, await secrets.get(ROOT_REF)));
}

async function sealedSeed(db: Database, secretsKey: string): Promise<string> {
  const known = await seedIn(db, secretsKey);
  if (known !== undefined) return known;
  return oneAtATime(db, ROOT_REF, async (transaction) => {
    const meanwhile = await seedIn(transaction, secretsKey);
    if (meanwhile !== undefined) return meanwhile;
    const { seed } = newSigningKey();
    await createSecretStore(transaction, secretsKey).put(ROOT_REF, seed);
    return seed;
  });
}

/** Undefined when there is none yet; one that cannot be read is no reason to make another. */
async function seedIn(db: Database, secretsKey: string): Promise<string | undefined> {
  try {
    return await createSecretStore(db, secretsKey).get(ROOT_REF);
  } catch (error) {
    if (error instanceof SecretUnreadable && error.absent) return undefined;
    throw error;
  }
}
