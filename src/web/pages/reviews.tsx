import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { CommandFault } from '../../cli/exit.js';
import { mayReview, reviewBrokenGlass } from '../../cli/review-broken-glass.js';
import type { People } from '../../domain/people.js';
import { listReviews, type Review } from '../../store/reviews.js';
import { REVIEW_OUTCOMES } from '../../store/tables.js';
import { may, tenantsOf } from '../authority.js';
import type { DeskDependencies, DeskEnv } from '../environment.js';
import { openGateCount } from '../open-gates.js';
import { Instant } from '../layout/instants.js';
import { Layout } from '../layout/layout.js';
import { SAYS_OF_GATE } from '../layout/words.js';

const reviewForm = z.object({ outcome: z.enum(REVIEW_OUTCOMES), remark: z.string().trim().max(2_000).default('') });

interface ItemProps {
  readonly review: Review;
  readonly people: People;
  readonly viewer: string;
  readonly csrfToken: string;
  readonly zone: string;
  readonly now: Date;
}

function Item({ review, people, viewer, csrfToken, zone, now }: ItemProps) {
  const { slug, gate, revision, verdict, admin, reason, dueAt, openedAt, decisionId } = review;
  const not = mayReview(people, review, viewer);
  const late = Date.parse(dueAt) < now.getTime();
  return (
    <section class="panel">
      <h2>
        <a href={`/tenants/${slug}/gates/${gate}`}>
          {SAYS_OF_GATE[gate]} of {slug}
        </a>
        , revision {revision}
      </h2>
      <p>
        <strong>{admin}</strong> broke the glass <Instant at={openedAt} zone={zone} now={now} />: {verdict.replace('_', ' ')}. “{reason}”
      </p>
      <p>
        <span class={`state ${late ? 'bad' : 'wait'}`}>{late ? 'past due' : 'due'}</span> <Instant at={dueAt} zone={zone} now={now} />
      </p>
      {not === null ? (
        <form method="post" action={`/reviews/${slug}/${encodeURIComponent(decisionId)}`}>
          <input type="hidden" name="csrf" value={csrfToken} />
          <label>
            What you found
            <textarea name="remark" minlength={3} maxlength={2_000} required></textarea>
          </label>
          <div class="actions">
            <button name="outcome" value="confirmed">
              The decision was right
            </button>
            <button name="outcome" value="objected" class="danger">
              Object
            </button>
          </div>
          <p class="soft">An objection is recorded and notified; it undoes nothing at TikTok.</p>
        </form>
      ) : (
        <p class="note">{not}</p>
      )}
    </section>
  );
}

/** Decisions for which an admin broke the glass, each with the form by which somebody looks back at it. */
export function reviewRoutes(deps: DeskDependencies): Hono<DeskEnv> {
  const app = new Hono<DeskEnv>();

  async function page(c: Context<DeskEnv>, said?: { readonly accepted: boolean; readonly message: string }) {
    const person = c.get('person');
    const csrfToken = c.get('session').csrfToken;
    const [reviews, open, people] = await Promise.all([
      listReviews(deps.db, { slugs: tenantsOf(person) }),
      openGateCount(deps, c.get('person')),
      deps.people(),
    ]);
    return (
      <Layout title="Reviews" person={person} csrfToken={csrfToken} openGates={open} here="inbox">
        <h1>Decisions that broke the glass</h1>
        {said === undefined ? null : (
          <p class={`note ${said.accepted ? 'good' : 'bad'}`} role={said.accepted ? 'status' : 'alert'}>
            {said.message}
          </p>
        )}
        {reviews.length === 0 ? <p class="note good">None waits for its review.</p> : null}
        {reviews.map((review) => (
          <Item review={review} people={people} viewer={person.id} csrfToken={csrfToken} zone={c.get('zone')} now={deps.clock()} />
        ))}
      </Layout>
    );
  }

  app.get('/reviews', async (c) => {
    const row = /^\d{1,12}$/.exec(c.req.query('row') ?? '')?.[0];
    return c.html(page(c, row === undefined ? undefined : { accepted: true, message: `Recorded as row ${row} of the ledger.` }));
  });

  app.post('/reviews/:slug/:decision', async (c) => {
    const slug = c.req.param('slug');
    if (!may(c.get('person'), 'read', slug)) return c.notFound();
    const form = reviewForm.safeParse(await c.req.parseBody());
    if (!form.success) return c.html(page(c, { accepted: false, message: 'The form was not complete; look at it and say again.' }), 400);
    const request = { slug, decisionId: c.req.param('decision'), reviewer: c.get('person').id, ...form.data };
    try {
      const row = await reviewBrokenGlass(deps.db, await deps.people(), request);
      return c.redirect(`/reviews?row=${row}`, 303);
    } catch (error) {
      if (!(error instanceof CommandFault)) throw error;
      return c.html(page(c, { accepted: false, message: error.message }), 409);
    }
  });
  return app;
}
