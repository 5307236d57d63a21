import { afterAll, beforeAll } from 'vitest';
import { z } from 'zod';
import type { GateId } from '../../src/contract/checklist.js';
import type { Tenant } from '../../src/contract/tenant.js';
import { REFUSAL_SENTENCES } from '../../src/domain/gate-policy.js';
import { listLedger } from '../../src/store/ledger.js';
import { useLiveEngine } from '../system/live-engine.js';
import { type Desk, startDesk } from '../web/desk.js';
import { eventually } from '../workflow/eventually.js';
import { type Caller, callerAt } from './caller.js';
import { PEOPLE } from './office.js';

const standingSchema = z.object({
  status: z.object({
    state: z.string(),
    steps: z.array(
      z.object({ id: z.string(), state: z.string(), failure: z.object({ code: z.string(), message: z.string() }).nullable() }),
    ),
    gates: z.array(
      z.object({ id: z.string(), revision: z.int(), state: z.string(), evidenceHash: z.string(), decisions: z.array(z.unknown()) }),
    ),
  }),
});
export type Standing = z.infer<typeof standingSchema>['status'];

/** The text of a page, without its markup. */
export const words = (html: string): string => html.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');

/** The desk's form of a decision as it lies before somebody, who sends it whenever they like. */
export interface OpenForm {
  readonly seen: { readonly revision: number; readonly evidenceHash: string };
  /** @param typed in the form, or changed in it @param to the gate's page; the form's own unless told */
  send(typed: Record<string, string>, to?: string): Promise<{ status: number; told: string; html: string }>;
}

/** The desk and its API beside a real engine with the simulator as TikTok. One per test file. */
export function useLiveOffice() {
  const engine = useLiveEngine(() => Promise.resolve(PEOPLE));
  let desk: Desk;
  beforeAll(async () => {
    const { db, databaseUrl: url, onboardings } = engine();
    desk = await startDesk({ onboardings: () => Promise.resolve(onboardings), database: { db, url, close: () => Promise.resolve() } });
    desk.people = PEOPLE;
  });
  afterAll(() => desk.close());

  const as = async (person: string): Promise<Caller> => callerAt(desk.origin, { authorization: `Bearer ${await desk.token(person)}` });

  /** What the API says of a tenant. */
  async function standing(slug: string): Promise<Standing> {
    return standingSchema.parse((await (await as('viewer-a')).get(`/onboardings/${slug}`)).body).status;
  }

  const untilStanding = (slug: string, wanted: (standing: Standing) => boolean): Promise<Standing> =>
    eventually(`${slug} as wanted`, () => standing(slug), wanted);

  return {
    desk: () => desk,
    engine,
    as,
    standing,
    untilStanding,
    /** Starts as ops-a, and waits until nothing but people at this gate is waited for. */
    async atGate(tenant: Tenant, gate: GateId): Promise<void> {
      await engine().onboardings.start(tenant, 'ops-a');
      await untilStanding(
        tenant.slug,
        ({ state, gates }) => state === 'waiting' && gates.some((each) => each.id === gate && each.state === 'open'),
      );
    },
    /** What TikTok did for a tenant, in order. */
    done: (slug: string): string[] =>
      engine()
        .simulator.store.ledger.find({ tenant: slug, committed: true })
        .map(({ path }) => path),
    /** Who was refused and why, oldest first, whether the run told them or it was over: `who: code`. */
    async refusals(slug: string): Promise<string[]> {
      const rows = await listLedger(engine().db, { slug, kinds: ['decision_refused', 'decision_outcome'] });
      const whenGone = (message: unknown) => Object.entries(REFUSAL_SENTENCES).find(([, says]) => String(message).startsWith(says))?.[0];
      return rows
        .filter(({ kind, payload }) => kind === 'decision_refused' || payload['unanswered'] === 'onboarding_gone')
        .map(({ actor, payload: { refusal, message } }) => `${actor}: ${typeof refusal === 'string' ? refusal : whenGone(message)}`);
    },
    /** The text of a tenant's page as ops-a reads it. */
    tenantPage: async (slug: string): Promise<string> => words(await (await (await desk.signedIn('ops-a')).get(`/tenants/${slug}`)).text()),
    async openForm(person: string, slug: string, gate: GateId = 'creative_policy'): Promise<OpenForm> {
      const browser = await desk.signedIn(person);
      const page = `/tenants/${slug}/gates/${gate}`;
      const form = new RegExp(`action="${page}/decide"[\\s\\S]*?</form>`).exec(await (await browser.get(page)).text())?.[0];
      if (form === undefined) throw new Error(`${page} has no form for ${person}`);
      const hidden = form.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g);
      const fields: Record<string, string> = Object.fromEntries([...hidden].map(([, name = '', value = '']) => [name, value]));
      return {
        seen: { revision: Number(fields['revision']), evidenceHash: fields['evidenceHash'] ?? '' },
        async send(typed, to = page) {
          const answer = await browser.post(`${to}/decide`, { ...fields, reason: 'seen and in order', verdict: 'approve', ...typed });
          const html = await answer.text();
          const told = words(/role="alert"[^>]*>([\s\S]*?)<\/p>/.exec(html)?.[1] ?? '');
          return { status: answer.status, told, html };
        },
      };
    },
  };
}
