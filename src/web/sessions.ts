import type { Context, MiddlewareHandler } from 'hono';
import { deleteCookie, getCookie, getSignedCookie, setSignedCookie } from 'hono/cookie';
import { IANAZone } from 'luxon';
import { bearerTokenHash } from '../store/bearer-tokens.js';
import { endDeskSession, openDeskSession, readDeskSession } from '../store/desk-sessions.js';
import type { DeskDependencies, DeskEnv } from './environment.js';
import { FaultPage } from './layout/fault-page.js';

const COOKIE = 'kobi_session';
const LASTS_MS = 12 * 3_600_000;

function originOf(c: Context): string {
  return new URL(c.req.url).origin;
}

/** The origin that browsers see: the configured one, else the one of the request. */
export function deskOrigin(deps: DeskDependencies, c: Context): string {
  return deps.config.origin ?? originOf(c);
}

/** Whether a request was made by a page of another site; what sends no origin is no browser, and carries nobody's cookies. */
export function fromElsewhere(deps: DeskDependencies, c: Context): boolean {
  const origin = c.req.header('origin');
  return (origin !== undefined && origin !== deskOrigin(deps, c)) || c.req.header('sec-fetch-site') === 'cross-site';
}

/** Signs a browser in as a person for twelve hours; the session that it had before ends, so that none can be planted. */
export async function signIn(deps: DeskDependencies, c: Context, person: string): Promise<void> {
  await endSession(deps, c);
  const token = await openDeskSession(deps.db, person, deps.clock(), LASTS_MS);
  await setSignedCookie(c, COOKIE, token, deps.config.sessionKey, {
    httpOnly: true,
    sameSite: 'Lax',
    secure: deskOrigin(deps, c).startsWith('https:'),
    path: '/',
    maxAge: LASTS_MS / 1_000,
  });
}

async function endSession(deps: DeskDependencies, c: Context): Promise<void> {
  const token = await getSignedCookie(c, deps.config.sessionKey, COOKIE);
  if (typeof token === 'string') await endDeskSession(deps.db, token, deps.clock());
}

export async function signOut(deps: DeskDependencies, c: Context): Promise<void> {
  await endSession(deps, c);
  deleteCookie(c, COOKIE, { path: '/' });
}

function zoneOf(c: Context): string {
  const zone = getCookie(c, 'kobi_zone') ?? 'UTC';
  return IANAZone.isValidZone(zone) ? zone : 'UTC';
}

/** Only people who are signed in pass; others are sent to sign in and come back to the page they asked for. */
export function signedInOnly(deps: DeskDependencies): MiddlewareHandler<DeskEnv> {
  return async (c, next) => {
    const token = await getSignedCookie(c, deps.config.sessionKey, COOKIE);
    const session = typeof token === 'string' ? await readDeskSession(deps.db, token, deps.clock()) : undefined;
    const person = session && (await deps.people()).people.find((each) => each.id === session.person);
    if (!session || !person || person.disabled) {
      const { pathname, search } = new URL(c.req.url);
      const back = c.req.method === 'GET' ? `${pathname}${search}` : '/';
      return c.redirect(`/sign-in?back=${encodeURIComponent(back)}`, 303);
    }
    c.set('session', session);
    c.set('person', person);
    c.set('zone', zoneOf(c));
    return next();
  };
}

/**
 * Every change repeats the session's token, in the field `csrf` or the header `x-csrf-token`, and comes from our own origin where the
 * browser names one.
 */
export function ownFormsOnly(deps: DeskDependencies): MiddlewareHandler<DeskEnv> {
  return async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') return next();
    const form = c.req.header('content-type')?.includes('form') ? await c.req.parseBody({ all: true }) : {};
    const shown = c.req.header('x-csrf-token') ?? form['csrf'];
    const same = typeof shown === 'string' && bearerTokenHash(shown) === bearerTokenHash(c.get('session').csrfToken);
    if (!same || fromElsewhere(deps, c)) {
      const text = 'This form is not from this page, or it is too old. Go back, reload the page and try again.';
      return c.html(FaultPage({ c, title: 'That form does not count', text }), 403);
    }
    return next();
  };
}
