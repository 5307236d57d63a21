import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits as text that survives an address or a header, behind a prefix that says what it opens. */
export function newBearerToken(prefix: string): string {
  return `${prefix}${randomBytes(32).toString('base64url')}`;
}

/** What is stored of a token: enough to know it again, nothing to use it with. */
export function bearerTokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
