import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';

/** What stands before the 32 bytes of an Ed25519 seed in PKCS #8 (RFC 8410, section 7). */
const PKCS8_HEAD = '302e020100300506032b657004220420';

export interface SigningKey {
  /** SHA-256 of the public key, its first 16 hexadecimal digits. */
  readonly id: string;
  /** 32 bytes in hexadecimal. */
  readonly publicKey: string;
  /** The private half, 32 bytes in hexadecimal: for a sealed store only. */
  readonly seed: string;
  /** @returns 64 bytes in hexadecimal over the UTF-8 of the text */
  sign(text: string): string;
}

function keyOf(privateKey: KeyObject): SigningKey {
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' }).subarray(-32);
  return {
    id: createHash('sha256').update(publicKey).digest('hex').slice(0, 16),
    publicKey: publicKey.toString('hex'),
    seed: privateKey.export({ type: 'pkcs8', format: 'der' }).subarray(-32).toString('hex'),
    sign: (text) => sign(null, Buffer.from(text, 'utf8'), privateKey).toString('hex'),
  };
}

/** A new Ed25519 key. */
export function newSigningKey(): SigningKey {
  return keyOf(generateKeyPairSync('ed25519').privateKey);
}

/** The key of a seed of 64 hexadecimal digits. */
export function signingKeyOf(seed: string): SigningKey {
  return keyOf(createPrivateKey({ key: Buffer.from(`${PKCS8_HEAD}${seed}`, 'hex'), format: 'der', type: 'pkcs8' }));
}
