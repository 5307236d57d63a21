import type { Context } from 'hono';
import { deleteCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import { z } from 'zod';
import type { DeskDependencies } from '../environment.js';
import { deskOrigin } from '../sessions.js';
import { ownPath } from './own-path.js';
import type { Attempt } from '../../sign-in/provider.js';

const COOKIE = 'kobi_sign_in';
const PATH = '/sign-in';
/** Long enough to find a second factor. */
const LASTS_MS = 15 * 60_000;

const kept = z.strictObject({ state: z.string(), nonce: z.string(), verifier: z.string(), back: z.string(), at: z.int() });

/** The signature says that a value is ours, not of which cookie: somebody may have put another one of theirs here. */
function keptIn(value: string): z.infer<typeof kept> | undefined {
  try {
    return kept.safeParse(JSON.parse(value)).data;
  } catch {
    return undefined;
  }
}

/** Binds a sign-in with the provider to this browser; a newer one takes its place. */
export async function keepAttempt(deps: DeskDependencies, c: Context, attempt: Attempt, back: string): Promise<void> {
  await setSignedCookie(c, COOKIE, JSON.stringify({ ...attempt, back, at: deps.clock().getTime() }), deps.config.sessionKey, {
    httpOnly: true,
    // The provider leads back by a link, which Lax lets through and Strict would not.
    sameSite: 'Lax',
    secure: deskOrigin(deps, c).startsWith('https:'),
    path: PATH,
    maxAge: LASTS_MS / 1_000,
  });
}

/** The sign-in that this browser began, once; undefined when it began none, or too long ago. */
export async function takeAttempt(deps: DeskDependencies, c: Context): Promise<(Attempt & { readonly back: string }) | undefined> {
  const value = await getSignedCookie(c, deps.config.sessionKey, COOKIE);
  deleteCookie(c, COOKIE, { path: PATH });
  const read = typeof value === 'string' ? keptIn(value) : undefined;
  if (read === undefined) return undefined;
  const { at, back, ...attempt } = read;
  return deps.clock().getTime() - at < LASTS_MS ? { ...attempt, back: ownPath(back) } : undefined;
}
