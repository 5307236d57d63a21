import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { SenderConfig } from '../config/sender.js';

const FRESH_MS = 1_000;

export interface AccessToken {
  read(): Promise<string>;
  /** SHA-256 of it, hex: tells one token from another without giving it away. */
  hash(): Promise<string>;
}

/** The access token of the settings. A file is looked at again after a second, so that a mended token counts without a restart. */
export function accessTokenOf(token: SenderConfig['tiktok']['token']): AccessToken {
  let known: { readonly at: number; readonly value: string; readonly hash: string } | undefined;
  async function current(): Promise<{ readonly value: string; readonly hash: string }> {
    if (known && ('value' in token || Date.now() - known.at < FRESH_MS)) return known;
    const value = 'value' in token ? token.value : (await readFile(token.file, 'utf8')).trim();
    if (value === '') throw new Error('TIKTOK_ACCESS_TOKEN_FILE: the file is empty; write the access token into it');
    known = { at: Date.now(), value, hash: createHash('sha256').update(value).digest('hex') };
    return known;
  }
  return { read: async () => (await current()).value, hash: async () => (await current()).hash };
}
