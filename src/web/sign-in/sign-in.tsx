import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { callerAddress } from '../caller-address.js';
import { personOfAccessToken } from '../../store/access-tokens.js';
import type { DeskDependencies } from '../environment.js';
import { fromElsewhere, signIn, signOut } from '../sessions.js';
import { ownPath } from './own-path.js';
import { providerRoutes, signedInByProvider } from './provider-routes.js';
import { SignInPage } from './sign-in-page.js';

/** Ten wrong tokens of one address in a quarter of an hour, then it waits. */
const WRONG = { points: 10, duration: 900 };
const ELSEWHERE = 'This form is not from this page. Go back, reload the page and try again.';

/** Signing in with the provider or a personal access token, and signing out. No other site can do either in somebody's browser. */
export function signInRoutes(deps: DeskDependencies): Hono {
  const app = new Hono();
  const wrong = new RateLimiterMemory(WRONG);
  const { provider } = deps.config;
  const page = (back: string, fault?: string) => <SignInPage back={back} provider={provider} {...(fault === undefined ? {} : { fault })} />;
  app.get('/sign-in', (c) => c.html(page(ownPath(c.req.query('back')))));
  app.post('/sign-in', bodyLimit({ maxSize: 8_192 }), async (c) => {
    if (fromElsewhere(deps, c)) return c.text(ELSEWHERE, 403);
    const form = await c.req.parseBody();
    const back = ownPath(typeof form['back'] === 'string' ? form['back'] : undefined);
    if (provider !== undefined && !provider.tokenSignIn)
      return c.html(page(back, 'Access tokens do not open this desk; sign in with the provider.'), 403);
    const address = callerAddress(deps, c);
    const spent = await wrong.get(address);
    if (spent !== null && spent.remainingPoints <= 0) {
      const minutes = Math.ceil(spent.msBeforeNext / 60_000);
      c.header('retry-after', String(Math.ceil(spent.msBeforeNext / 1_000)));
      return c.html(page(back, `Too many wrong tokens; try again in ${minutes} minutes.`), 429);
    }
    const token = typeof form['token'] === 'string' ? form['token'].trim() : '';
    const id = await personOfAccessToken(deps.db, token, deps.clock());
    const person = id === undefined ? undefined : (await deps.people()).people.find((each) => each.id === id);
    if (!person || person.disabled) {
      await wrong.consume(address).catch((refused: unknown) => {
        if (!(refused instanceof RateLimiterRes)) throw refused;
      });
      return c.html(page(back, 'That token opens nothing: it is wrong, expired or revoked.'), 401);
    }
    await signIn(deps, c, person.id);
    return c.redirect(back, 303);
  });
  app.post('/sign-out', async (c) => {
    if (fromElsewhere(deps, c)) return c.text(ELSEWHERE, 403);
    await signOut(deps, c);
    return c.redirect(provider !== undefined && signedInByProvider(c) ? '/signed-out' : '/sign-in', 303);
  });
  if (provider !== undefined) app.route('/', providerRoutes(deps, provider));
  return app;
}
