import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';

/** The keys of the payload codec: the first encrypts, all decrypt. */
export interface CodecKeys {
  readonly newest: string;
  readonly byId: ReadonlyMap<string, KeyObject>;
}

const { Payload: PayloadMessage } = proto.temporal.api.common.v1;
const ENCODING = 'binary/encrypted';
const CIPHER = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Reads `KOBI_CODEC_KEYS`: `id:base64,id2:base64`, each key 32 bytes, the newest first. To rotate, put the new key last on every
 * worker, then first, and keep the old one while histories written with it are kept.
 * @throws Error naming the entry and what is wrong with it, never a key
 */
export function parseCodecKeys(list: string): CodecKeys {
  const mend = 'make a key with `openssl rand -base64 32` and set KOBI_CODEC_KEYS=id:key';
  const byId = new Map<string, KeyObject>();
  for (const [index, entry] of list.split(',').entries()) {
    const cut = entry.indexOf(':');
    const id = entry.slice(0, Math.max(cut, 0)).trim();
    const key = Buffer.from(entry.slice(cut + 1).trim(), 'base64');
    if (!/^[A-Za-z0-9_.-]{1,64}$/.test(id)) throw new Error(`KOBI_CODEC_KEYS: entry ${index + 1} is not id:base64; ${mend}`);
    if (key.length !== 32) throw new Error(`KOBI_CODEC_KEYS: key "${id}" has ${key.length} bytes instead of 32; ${mend}`);
    if (byId.has(id)) throw new Error(`KOBI_CODEC_KEYS: key "${id}" is there twice; give each key its own id`);
    byId.set(id, createSecretKey(key));
  }
  const [newest = ''] = byId.keys();
  return { newest, byId };
}

function textOf(bytes: Uint8Array | null | undefined): string {
  return Buffer.from(bytes ?? []).toString('utf8');
}

/**
 * Encrypts each payload whole, its metadata too, with AES-256-GCM; the key's id stands beside it and is authenticated with it.
 * Payloads that are not encrypted pass, so that a key can be set while runs are open.
 */
export class EncryptionCodec implements PayloadCodec {
  constructor(private readonly keys: CodecKeys) {}

  encode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.resolve(payloads.map((payload) => this.encrypt(payload)));
  }

  /** @throws Error when the key is not known or the bytes were changed */
  decode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.resolve().then(() => payloads.map((payload) => this.decrypt(payload)));
  }

  private encrypt(payload: Payload): Payload {
    const id = this.keys.newest;
    const iv = randomBytes(IV_BYTES);
    const cipher = createCipheriv(CIPHER, this.key(id), iv).setAAD(Buffer.from(id));
    const plain = PayloadMessage.encode(payload).finish();
    const secret = Buffer.concat([cipher.update(plain), cipher.final()]);
    return {
      metadata: { encoding: Buffer.from(ENCODING), 'encryption-cipher': Buffer.from(CIPHER), 'encryption-key-id': Buffer.from(id) },
      data: Buffer.concat([iv, cipher.getAuthTag(), secret]),
    };
  }

  private decrypt(payload: Payload): Payload {
    if (textOf(payload.metadata?.['encoding']) !== ENCODING) return payload;
    const id = textOf(payload.metadata?.['encryption-key-id']);
    const key = this.key(id);
    const data = Buffer.from(payload.data ?? []);
    try {
      const decipher = createDecipheriv(CIPHER, key, data.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES }).setAAD(Buffer.from(id));
      decipher.setAuthTag(data.subarray(IV_BYTES, IV_BYTES + TAG_BYTES));
      const plain = Buffer.concat([decipher.update(data.subarray(IV_BYTES + TAG_BYTES)), decipher.final()]);
      return PayloadMessage.decode(plain);
    } catch (cause) {
      throw new Error(
        `a payload written with codec key "${id}" cannot be read: it was changed, or KOBI_CODEC_KEYS holds another key by that id`,
        {
          cause,
        },
      );
    }
  }

  private key(id: string): KeyObject {
    const key = this.keys.byId.get(id);
    if (key === undefined) throw new Error(`codec key "${id}" is not in KOBI_CODEC_KEYS; add it behind the newest key`);
    return key;
  }
}

/**
 * What clients, workers and the replay of histories use to read and write payloads. With keys, payloads are encrypted and the text of
 * failures travels as a payload, so it is encrypted as well; without keys the SDK's own converter.
 */
export function dataConverterOf(keys: CodecKeys | undefined): DataConverter {
  if (keys === undefined) return {};
  return {
    payloadCodecs: [new EncryptionCodec(keys)],
    // Plain CommonJS, because the SDK loads it by path, in a process that may not know TypeScript.
    failureConverterPath: fileURLToPath(new URL('./failure-converter.cjs', import.meta.url)),
  };
}
