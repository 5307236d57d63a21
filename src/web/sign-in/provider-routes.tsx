import { type Context, Hono } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { callerAddress } from '../caller-address.js';
import type { ProviderConfig } from '../../config/provider.js';
import type { DeskDependencies } from '../environment.js';
import { Layout } from '../layout/layout.js';
import { deskOrigin, signIn } from '../sessions.js';
import { keepAttempt, takeAttempt } from './attempt-cookie.js';
import { recognise } from '../../sign-in/identity.js';
import { ownPath } from './own-path.js';
import { identityProvider, SignInFailed } from '../../sign-in/provider.js';
import { faultSentence, strangerSentence } from './sentences.js';
import { SignInPage } from './sign-in-page.js';

/** Says that signing out goes on at the provider. It opens nothing, so it is not signed. */
const BY_PROVIDER = 'kobi_by_provider';
/** What comes back and proves nobody, of one address in a quarter of an hour. Counted apart from wrong tokens. */
const UNPROVEN = { points: 20, duration: 900 };

const STATUS = { unreachable: 503, set_up_wrong: 502, denied: 403, not_proven: 400 } as const;

export function signedInByProvider(c: Context): boolean {
  return getCookie(c, BY_PROVIDER) === 'yes';
}

function SignedOut({ host, address }: { readonly host: string; readonly address: string | undefined }) {
  return (
    <Layout title="Signed out">
      <h1>Signed out</h1>
      <p>You are signed out of the desk.</p>
      {address === undefined ? (
        <p>{host} may still know you in this browser; sign out there too if others use it.</p>
      ) : (
        <p>
          <a href={address}>Sign out at {host} too</a>, where this page leads in a moment.
        </p>
      )}
      <p>
        <a href="/sign-in">Sign in again</a>
      </p>
    </Layout>
  );
}

/** Signing in with the OpenID provider: there, back, and out again. */
export function providerRoutes(deps: DeskDependencies, settings: ProviderConfig): Hono {
  const app = new Hono();
  const provider = identityProvider(settings, deps.clock);
  const unproven = new RateLimiterMemory(UNPROVEN);

  /** The sign-in page with what went wrong; both ways in are on it. */
  function failedPage(c: Context, error: unknown, back: string): Response | Promise<Response> {
    if (!(error instanceof SignInFailed)) throw error;
    deps.log.warn({ fault: error.fault, detail: error.detail }, 'signing in with the provider failed');
    return c.html(<SignInPage back={back} provider={settings} fault={faultSentence(error.fault, provider.host)} />, STATUS[error.fault]);
  }

  app.get('/sign-in/provider', async (c) => {
    const back = ownPath(c.req.query('back'));
    try {
      const { address, attempt } = await provider.begin();
      await keepAttempt(deps, c, attempt, back);
      return c.redirect(address, 303);
    } catch (error) {
      return failedPage(c, error, back);
    }
  });

  app.get('/sign-in/callback', async (c) => {
    const from = callerAddress(deps, c);
    if (((await unproven.get(from))?.consumedPoints ?? 0) >= UNPROVEN.points) {
      c.header('retry-after', String(UNPROVEN.duration));
      return c.html(
        <SignInPage back="/" provider={settings} fault="Too many sign-ins that proved nobody; wait a quarter of an hour." />,
        429,
      );
    }
    const begun = await takeAttempt(deps, c);
    const back = begun?.back ?? '/';
    try {
      if (!begun) throw new SignInFailed('not_proven', 'not begun in this browser');
      const claims = await provider.finish(new URL(c.req.url).searchParams, begun);
      const recognised = recognise(await deps.people(), settings.claim, claims);
      if ('stranger' in recognised) {
        deps.log.warn({ stranger: recognised.stranger }, 'the provider signed somebody in who does not get in here');
        const fault = strangerSentence(recognised.stranger, provider.host, settings.claim);
        return await c.html(<SignInPage back={back} provider={settings} fault={fault} />, 403);
      }
      await signIn(deps, c, recognised.person.id);
      const secure = deskOrigin(deps, c).startsWith('https:');
      setCookie(c, BY_PROVIDER, 'yes', { httpOnly: true, sameSite: 'Lax', secure, path: '/' });
      return c.redirect(back, 303);
    } catch (error) {
      if (error instanceof SignInFailed && error.fault === 'not_proven') await unproven.penalty(from);
      return failedPage(c, error, back);
    }
  });

  app.get('/signed-out', async (c) => {
    const went = signedInByProvider(c);
    deleteCookie(c, BY_PROVIDER, { path: '/' });
    try {
      const address = went ? await provider.endSession() : undefined;
      // By the page and not by the form's answer: a form of ours may lead nowhere else.
      if (address !== undefined) c.header('refresh', `1; url=${address}`);
      return await c.html(<SignedOut host={provider.host} address={address} />);
    } catch (error) {
      if (!(error instanceof SignInFailed)) throw error;
      return c.html(<SignedOut host={provider.host} address={undefined} />);
    }
  });
  return app;
}
