const MASK = '[redacted]';
/** Shorter values are too common in ordinary text to be replaced. */
const SHORTEST_SECRET = 6;

/** Request fields whose values are secrets or codes that open something; matched whatever the case and the casing style. */
const SECRET_FIELDS: ReadonlySet<string> = new Set(
  [
    'access_token',
    'refresh_token',
    'secret',
    'app_secret',
    'client_secret',
    'auth_code',
    'original_post_auth_code',
    'code',
    'password',
  ].map((name) => name.replaceAll('_', '')),
);

/** Whether a field of this name carries a secret. */
export function isSecretField(name: string): boolean {
  return SECRET_FIELDS.has(name.toLowerCase().replaceAll(/[_-]/g, ''));
}

/** Every secret value anywhere in a request. */
export function secretsIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(secretsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => (typeof inner === 'string' && isSecretField(name) ? [inner] : secretsIn(inner)));
}

/** Every way in which a secret may come back in somebody else's text. */
function spellings(secret: string): string[] {
  return [...new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), Buffer.from(secret).toString('base64')])];
}

/**
 * A text without any of the secrets, without e-mail addresses, and without what looks like a Spark Ads code (`#` and some 60
 * characters, facts 6.1).
 */
export function redact(text: string, secrets: readonly string[]): string {
  const known = secrets
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .flatMap(spellings)
    .sort((a, b) => b.length - a.length);
  const masked = known.reduce((rest, secret) => rest.replaceAll(secret, MASK), text);
  return masked
    .replaceAll(/#[A-Za-z0-9+/]{30,}=*/g, MASK)
    .replaceAll(/[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+/gi, MASK)
    .replaceAll(/(access_token|refresh_token|secret|auth_code|password)(["']?\s*[:=]\s*["']?)[^\s"'&,}]+/gi, `$1$2${MASK}`);
}
