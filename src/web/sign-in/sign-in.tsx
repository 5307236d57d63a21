import { getConnInfo } from '@hono/node-server/conninfo';
import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { personOfAccessToken } from '../../store/access-tokens.js';
import type { DeskDependencies } from '../environment.js';
import { Layout } from '../layout/layout.js';
import { signIn, signOut } from '../sessions.js';

/** Ten wrong tokens of one address in a quarter of an hour, then it waits. */
const WRONG = { points: 10, duration: 900 };

/** Only a path of our own: an address elsewhere would make the sign-in page a springboard. */
export function ownPath(back: string | undefined): string {
  return back !== undefined && /^\/(?![/\\])[^\s\\]*$/.test(back) ? back : '/';
}

function SignInPage({ back, fault }: { readonly back: string; readonly fault?: string }) {
  return (
    <Layout title="Sign in">
      <h1>Sign in to the desk</h1>
      {fault === undefined ? null : (
        <p class="note bad" role="alert">
          {fault}
        </p>
      )}
      <form method="post" action="/sign-in">
        <input type="hidden" name="back" value={back} />
        <label>
          Access token <input name="token" type="password" autocomplete="current-password" required data-from-hash />
        </label>
        <p class="soft">
          <code>npm run dev</code> prints a link for each example person; elsewhere an admin makes one with{' '}
          <code>kobi token create PERSON</code>.
        </p>
        <button>Sign in</button>
      </form>
    </Layout>
  );
}

/** Signing in with a personal access token, and signing out. The forms change nothing for whoever is signed in already. */
export function signInRoutes(deps: DeskDependencies): Hono {
  const app = new Hono();
  const wrong = new RateLimiterMemory(WRONG);
  app.get('/sign-in', (c) => c.html(<SignInPage back={ownPath(c.req.query('back'))} />));
  app.post('/sign-in', bodyLimit({ maxSize: 8_192 }), async (c) => {
    const form = await c.req.parseBody();
    const back = ownPath(typeof form['back'] === 'string' ? form['back'] : undefined);
    const address = getConnInfo(c).remote.address ?? 'unknown';
    const spent = await wrong.get(address);
    if (spent !== null && spent.remainingPoints <= 0) {
      const minutes = Math.ceil(spent.msBeforeNext / 60_000);
      c.header('retry-after', String(Math.ceil(spent.msBeforeNext / 1_000)));
      return c.html(<SignInPage back={back} fault={`Too many wrong tokens; try again in ${minutes} minutes.`} />, 429);
    }
    const token = typeof form['token'] === 'string' ? form['token'].trim() : '';
    const id = await personOfAccessToken(deps.db, token, deps.clock());
    const person = id === undefined ? undefined : (await deps.people()).people.find((each) => each.id === id);
    if (!person || person.disabled) {
      await wrong.consume(address).catch((refused: unknown) => {
        if (!(refused instanceof RateLimiterRes)) throw refused;
      });
      return c.html(<SignInPage back={back} fault="That token opens nothing: it is wrong, expired or revoked." />, 401);
    }
    await signIn(deps, c, person.id);
    return c.redirect(back, 303);
  });
  app.post('/sign-out', async (c) => {
    await signOut(deps, c);
    return c.redirect('/sign-in', 303);
  });
  return app;
}
