import type { Certificate } from '../contract/envelope.js';
import { certificateText } from '../domain/decision-envelope.js';
import type { Database } from '../store/database.js';
import { createSecretStore } from '../store/secrets.js';
import { keepSigningKey, oneAtATime, signingKeys } from '../store/signing-keys.js';
import { newSigningKey, type SigningKey, signingKeyOf } from './ed25519-keys.js';
import type { RootKey } from './root-key.js';

const DAY_MS = 86_400_000;
/** A key that is stolen signs until its certificate ends: no run asks anybody whether it still counts. */
export const KEY_LASTS_MS = 7 * DAY_MS;
/** A new one is issued while the old one still covers every envelope that it signed. */
const RENEW_BEFORE_MS = DAY_MS;
/** Clocks of the machine that decides and of the Temporal server may differ by this. */
const CLOCK_SKEW_MS = 10 * 60_000;

/** No signing key is valid, and the root's private half is elsewhere. */
export class NoSigningKey extends Error {
  override readonly name = 'NoSigningKey';
}

export interface CertifiedKey {
  readonly certificate: Certificate;
  readonly key: SigningKey;
}

export interface KeyStore {
  readonly db: Database;
  readonly secretsKey: string;
}

const refOf = (keyId: string): string => `signing-key:${keyId}`;

function certified(root: SigningKey, key: SigningKey, now: Date, lastsMs: number): Certificate {
  const statement = {
    keyId: key.id,
    publicKey: key.publicKey,
    notBefore: new Date(now.getTime() - CLOCK_SKEW_MS).toISOString(),
    notAfter: new Date(now.getTime() + lastsMs).toISOString(),
  };
  return { ...statement, signature: root.sign(certificateText(statement)) };
}

/**
 * Issues a signing key: its private half goes into the sealed secret store, its certificate beside it. Private halves of keys that have
 * ended are forgotten.
 *
 * @throws NoSigningKey where the root's private half is not known
 */
export async function issueSigningKey(
  { db, secretsKey }: KeyStore,
  root: RootKey,
  now: Date,
  lastsMs = KEY_LASTS_MS,
): Promise<CertifiedKey> {
  if (root.key === null)
    throw new NoSigningKey(
      `no key that signs decisions is valid, and the private half of the root ${root.publicKey.slice(0, 16)} is not here: run kobi keys rotate where KOBI_APPROVALS_ROOT_KEY is set`,
    );
  const key = newSigningKey();
  const certificate = certified(root.key, key, now, lastsMs);
  const secrets = createSecretStore(db, secretsKey);
  await secrets.put(refOf(key.id), key.seed);
  await keepSigningKey(db, root.publicKey, certificate, now);
  for (const old of await signingKeys(db, root.publicKey)) {
    if (Date.parse(old.notAfter) <= now.getTime()) await secrets.forget(refOf(old.keyId));
  }
  return { certificate, key };
}

/** The newest key that is valid now and stays so until an instant. */
async function newestKey({ db, secretsKey }: KeyStore, root: RootKey, now: Date, until: Date): Promise<CertifiedKey | undefined> {
  const certificate = (await signingKeys(db, root.publicKey, until)).find((each) => Date.parse(each.notBefore) <= now.getTime());
  if (!certificate) return undefined;
  return { certificate, key: signingKeyOf(await createSecretStore(db, secretsKey).get(refOf(certificate.keyId))) };
}

/**
 * The key that signs now: the newest, replaced by itself a day before it ends where the root's private half is known.
 *
 * @throws NoSigningKey when none is valid and none can be issued here
 */
export async function currentSigningKey(store: KeyStore, root: RootKey, now: Date): Promise<CertifiedKey> {
  const fresh = new Date(now.getTime() + RENEW_BEFORE_MS);
  const known = await newestKey(store, root, now, fresh);
  if (known) return known;
  if (root.key === null) return (await newestKey(store, root, now, now)) ?? issueSigningKey(store, root, now);
  return oneAtATime(store.db, `signing-key:${root.publicKey}`, async (transaction) => {
    const own = { ...store, db: transaction };
    return (await newestKey(own, root, now, fresh)) ?? issueSigningKey(own, root, now);
  });
}
