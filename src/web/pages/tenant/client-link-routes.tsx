import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { handOutLink, itemsFor, linkAddress } from '../../../cli/client-link.js';
import { CommandFault } from '../../../cli/exit.js';
import { CLIENT_LINK_PURPOSES } from '../../../domain/client-links.js';
import { CLIENT_FILE_TYPES } from '../../../domain/file-signatures.js';
import { listClientFiles, readClientFile } from '../../../store/client-files.js';
import { listClientLinks, revokeClientLink } from '../../../store/client-links.js';
import { getOnboarding } from '../../../store/onboardings.js';
import { may } from '../../authority.js';
import type { DeskDependencies, DeskEnv } from '../../environment.js';
import { openGateCount } from '../../open-gates.js';
import { deskOrigin } from '../../sessions.js';
import { refusedLinks } from '../../client/spark-code.js';
import { seesClientAnswers } from './client-access.js';
import { isKnown } from './is-known.js';
import type { LinkChoice } from './client-link-form.js';
import { ClientLinksPage, type ClientLinksPageProps } from './client-links-page.js';

const linkForm = z.object({
  about: z.string().transform((about, context) => {
    const [named, item = ''] = about.split(':', 2);
    const purpose = CLIENT_LINK_PURPOSES.find((each) => each === named);
    if (purpose === undefined) {
      context.addIssue('unknown purpose');
      return z.NEVER;
    }
    return { purpose, item: item === '' ? undefined : item };
  }),
  why: z.string().trim().max(500).default(''),
  days: z.coerce.number().int(),
});
const revokeForm = z.object({ reason: z.string().trim().min(3).max(500) });

/** Links for clients at the desk: making, listing and taking them back, and the files that came by them. */
export function clientLinkRoutes(deps: DeskDependencies): Hono<DeskEnv> {
  const app = new Hono<DeskEnv>();

  const seen = async (c: Context<DeskEnv>): Promise<boolean> => {
    const slug = c.req.param('slug') ?? '';
    return seesClientAnswers(c.get('person'), slug) && (await isKnown(deps, slug));
  };

  /** Everything that this tenant's client can be asked; without its posts and creatives while Temporal cannot be asked. */
  async function choicesFor(slug: string): Promise<LinkChoice[]> {
    const unasked = (error: unknown): undefined => {
      deps.log.warn({ err: error, slug }, 'what the client could be asked for could not be read');
    };
    const onboardings = await deps.onboardings().catch(unasked);
    const choices = await Promise.all(
      CLIENT_LINK_PURPOSES.map(async (purpose): Promise<LinkChoice[]> => {
        if (purpose === 'verification_papers' || purpose === 'account_link') return [{ purpose }];
        const items = onboardings === undefined ? [] : ((await itemsFor(onboardings, slug, purpose).catch(unasked)) ?? []);
        return items.map(({ id }) => ({ purpose, item: id }));
      }),
    );
    return choices.flat();
  }

  async function page(c: Context<DeskEnv>, change: Pick<ClientLinksPageProps, 'said' | 'address'> = {}) {
    const slug = c.req.param('slug') ?? '';
    const person = c.get('person');
    const operates = may(person, 'operate', slug);
    const [saved, links, files, open, choices] = await Promise.all([
      getOnboarding(deps.db, slug),
      listClientLinks(deps.db, slug),
      listClientFiles(deps.db, slug),
      openGateCount(deps, c.get('person')),
      operates ? choicesFor(slug) : undefined,
    ]);
    return (
      <ClientLinksPage
        slug={slug}
        legalName={saved?.status.legalName ?? slug}
        viewer={person}
        csrfToken={c.get('session').csrfToken}
        openGates={open}
        zone={c.get('zone')}
        now={deps.clock()}
        links={links}
        files={files}
        refusals={await refusedLinks(deps, links)}
        choices={choices}
        {...change}
      />
    );
  }
  const refusal = (message: string): Pick<ClientLinksPageProps, 'said'> => ({ said: { accepted: false, message } });

  app.get('/tenants/:slug/links', async (c) => ((await seen(c)) ? c.html(page(c)) : c.notFound()));

  app.post('/tenants/:slug/links', async (c) => {
    if (!(await seen(c))) return c.notFound();
    const slug = c.req.param('slug');
    const person = c.get('person');
    if (!may(person, 'operate', slug)) return c.html(page(c, refusal('Only ops and admin hand out links.')), 403);
    const form = linkForm.safeParse(await c.req.parseBody());
    if (!form.success) return c.html(page(c, refusal('The form was not complete; no link was made.')), 400);
    const { about, why, days } = form.data;
    try {
      const onboardings = await deps.onboardings();
      const request = { slug, ...about, why, createdBy: person.id, days };
      const { token } = await handOutLink({ db: deps.db, onboardings }, request, deps.clock());
      return c.html(page(c, { address: linkAddress(deskOrigin(deps, c), token) }));
    } catch (error) {
      if (!(error instanceof CommandFault)) throw error;
      return c.html(page(c, refusal(error.message)), 400);
    }
  });

  app.post('/tenants/:slug/links/:id/revoke', async (c) => {
    if (!(await seen(c))) return c.notFound();
    const slug = c.req.param('slug');
    const person = c.get('person');
    if (!may(person, 'operate', slug)) return c.html(page(c, refusal('Only ops and admin take links back.')), 403);
    const form = revokeForm.safeParse(await c.req.parseBody());
    if (!form.success) return c.html(page(c, refusal('A reason of at least three characters is needed.')), 400);
    const id = c.req.param('id');
    const revoked = await revokeClientLink(deps.db, { slug, id, actor: person.id, reason: form.data.reason }, deps.clock());
    const message = revoked ? `Link ${id} opens nothing any more.` : `There is no link ${id} that could be taken back.`;
    return c.html(page(c, { said: { accepted: revoked, message } }), revoked ? 200 : 409);
  });

  app.get('/tenants/:slug/client-files/:sha256', async (c) => {
    if (!(await seen(c))) return c.notFound();
    const { slug, sha256 } = c.req.param();
    const file = /^[0-9a-f]{64}$/.test(sha256) ? await readClientFile(deps.db, slug, sha256) : undefined;
    if (!file) return c.notFound();
    // Never shown by the browser, whatever is in it: a file from outside is only ever saved.
    return c.body(new Uint8Array(file.bytes), 200, {
      'content-type': 'application/octet-stream',
      'content-disposition': `attachment; filename="${slug}-${sha256.slice(0, 12)}.${CLIENT_FILE_TYPES[file.mediaType]}"`,
      'x-content-type-options': 'nosniff',
    });
  });
  return app;
}
