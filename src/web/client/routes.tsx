import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { callerAddress } from '../caller-address.js';
import type { OnboardingStatus } from '../../contract/status.js';
import { type ClientLinkStanding, clientLinkStanding } from '../../domain/client-links.js';
import { findPerson } from '../../domain/people.js';
import { type ClientLink, findClientLink } from '../../store/client-links.js';
import { getOnboarding } from '../../store/onboardings.js';
import type { DeskDependencies } from '../environment.js';
import { deskOrigin } from '../sessions.js';
import { answerForm } from './answer-form.js';
import { answerBy } from './answers.js';
import { ClientForm } from './client-form.js';
import { type Asker, ClientNote, ClientPage } from './client-page.js';
import { codeRefusal, refusedByTikTok } from './spark-code.js';
import { LARGEST_ANSWER_BYTES, MOST_FILES } from './uploads.js';

/** Addresses that open nothing, of one machine in a quarter of an hour. A link that exists is never held up by them. */
const STRAY = { points: 60, duration: 900 };
/** Openings of one link in a minute, and answers by it in a quarter of an hour. */
const OPENINGS = { points: 120, duration: 60 };
const ANSWERS = { points: 20, duration: 900 };

const CLOSED: Readonly<Record<Exclude<ClientLinkStanding, 'open'>, { readonly title: string; readonly text: string }>> = {
  expired: {
    title: 'This link has expired',
    text: 'It was open for a limited time, and that is over. Whoever sent it can send you a new one.',
  },
  revoked: {
    title: 'This link was taken back',
    text: 'Whoever sent it has withdrawn it; you need do nothing. If you are still asked, a new link comes.',
  },
  used: { title: 'Thank you, we have your answer', text: 'An answer was handed in by this link already. There is nothing more to do.' },
};
const OVER = { title: 'Nothing is needed any more', text: 'What this link asked for is no longer needed. Thank you all the same.' };

/** A link that takes an answer, with what its page tells. */
interface Asked {
  readonly link: ClientLink;
  readonly status: OnboardingStatus;
  readonly asker: Asker;
  readonly fault?: string | undefined;
}

/** Milliseconds to wait when there were too many; null while there were not. */
async function tooMany(limiter: RateLimiterMemory, key: string): Promise<number | null> {
  try {
    await limiter.consume(key);
    return null;
  } catch (refused) {
    if (refused instanceof RateLimiterRes) return refused.msBeforeNext;
    throw refused;
  }
}

/** TikTok's page, as the step that waits for the owner of the account names it. */
function tiktokPageOf(status: OnboardingStatus): string | undefined {
  const step = status.steps.find((each) => each.id === 'tiktok_account');
  return step?.state === 'waiting_on' ? /https?:\/\/\S+/.exec(step.note)?.[0] : undefined;
}

/** The pages behind links for clients. Opening one changes nothing, however often and by whatever; only its form does. */
export function clientRoutes(deps: DeskDependencies): Hono {
  const app = new Hono();
  const stray = new RateLimiterMemory(STRAY);
  const openings = new RateLimiterMemory(OPENINGS);
  const answers = new RateLimiterMemory(ANSWERS);

  function later(c: Context, waitMs: number): Response | Promise<Response> {
    c.header('retry-after', String(Math.ceil(waitMs / 1_000)));
    return c.html(
      <ClientNote title="A little slower, please" tone="wait" text="That was too often in a short time. Please try again later." />,
      429,
    );
  }

  async function nothing(c: Context): Promise<Response> {
    const waitMs = await tooMany(stray, callerAddress(deps, c));
    if (waitMs !== null) return later(c, waitMs);
    return c.html(
      <ClientNote
        title="This link opens nothing"
        tone="wait"
        text="Perhaps a part of it is missing. Please open it once more from the message that it came in."
      />,
      404,
    );
  }

  /** The link of the address if it takes an answer, else the page that says why not. */
  async function asked(c: Context, limiter: RateLimiterMemory): Promise<Asked | Response> {
    const link = await findClientLink(deps.db, c.req.param('token') ?? '');
    if (!link) return nothing(c);
    const waitMs = await tooMany(limiter, link.id);
    if (waitMs !== null) return later(c, waitMs);
    const { people } = await deps.people();
    const sender = findPerson({ people }, link.createdBy);
    const asker = { id: link.createdBy, mail: sender?.disabled === false ? sender.mail : undefined };
    const gone = (page: { title: string; text: string }, tone: 'good' | 'wait') =>
      c.html(<ClientNote {...page} tone={tone} asker={asker} />, 410);
    const saved = await getOnboarding(deps.db, link.slug);
    if (!saved || saved.status.state === 'cancelled' || saved.status.state === 'cancelling') return gone(OVER, 'wait');
    const standing = clientLinkStanding(link, deps.clock());
    if (standing === 'open') return { link, status: saved.status, asker };
    // A code that TikTok refuses afterwards was no answer: until it expires the link takes another.
    const unused = clientLinkStanding({ ...link, usedAt: null }, deps.clock());
    const refusal = standing === 'used' && unused === 'open' && link.purpose === 'spark_code' ? await codeRefusal(deps, link) : undefined;
    if (refusal !== undefined) return { link, status: saved.status, asker, fault: refusedByTikTok(refusal) };
    return gone(CLOSED[standing], standing === 'used' ? 'good' : 'wait');
  }

  function page(c: Context, { link, status, asker, fault }: Asked, code: 200 | 400 | 409 | 413 | 503): Response | Promise<Response> {
    return c.html(
      <ClientPage link={link} legalName={status.legalName} asker={asker} zone={status.timeZone ?? 'UTC'} fault={fault}>
        <ClientForm purpose={link.purpose} item={link.item} action={c.req.path} tiktokPage={tiktokPageOf(status)} />
      </ClientPage>,
      code,
    );
  }

  app.use('/client/*', async (c, next) => {
    c.header('x-robots-tag', 'noindex, nofollow');
    return next();
  });
  app.get('/client/:token', async (c) => {
    const found = await asked(c, openings);
    return found instanceof Response ? found : page(c, found, 200);
  });
  app.post(
    '/client/:token',
    async (c, next) => {
      // Every browser names its origin when it posts a form; what does not is no person at this page.
      if (c.req.header('origin') !== deskOrigin(deps, c))
        return c.html(
          <ClientNote title="That did not come from this page" tone="bad" text="Please open the link again and use its form." />,
          403,
        );
      return (await findClientLink(deps.db, c.req.param('token'))) ? next() : nothing(c);
    },
    bodyLimit({
      maxSize: LARGEST_ANSWER_BYTES,
      onError: (c) =>
        c.html(
          <ClientNote
            title="That was too large"
            tone="bad"
            text={`All files together may have ${LARGEST_ANSWER_BYTES / 1_024 / 1_024} MB, and there may be ${MOST_FILES}. Nothing was handed in; please go back and choose others.`}
          />,
          413,
        ),
    }),
    async (c) => {
      const found = await asked(c, answers);
      if (found instanceof Response) return found;
      const form = await answerForm(c);
      const result = 'refusal' in form ? form.refusal : await answerBy(deps, found.link, form.fields, tiktokPageOf(found.status));
      if (result.accepted) return c.html(<ClientNote title="Thank you" tone="good" text={result.text} asker={found.asker} />);
      return page(c, { ...found, fault: result.text }, result.status);
    },
  );
  app.all('/client/*', nothing);
  return app;
}
