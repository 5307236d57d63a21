import { afterAll, beforeAll } from 'vitest';
import { createLedgerActivities } from '../../src/activities/ledger.js';
import { type ApprovalKeys, createApprovals } from '../../src/approvals/approvals.js';
import { createOnboardingClient, type OnboardingClient } from '../../src/cli/onboarding-client.js';
import type { GateId } from '../../src/contract/checklist.js';
import type { Tenant } from '../../src/contract/tenant.js';
import { type Browser, type Desk, startDesk } from '../web/desk.js';
import { eventually } from '../workflow/eventually.js';
import { fakeActivities, type FakeActivities } from '../workflow/fake-activities.js';
import type { Onboarding } from '../workflow/onboarding.js';
import { useOnboardings } from '../workflow/onboardings.js';
import { school, settings } from '../workflow/tenant.js';

export interface GateDesk {
  readonly desk: Desk;
  readonly onboardings: OnboardingClient;
  /** How the next onboarding takes decisions. */
  approvals: 'signed' | 'open';
  /** An onboarding that ops-a started, waiting at these gates, which the desk shows. */
  atGates(
    slug: string,
    gates: readonly GateId[],
    parts?: { readonly tenant?: Partial<Tenant>; readonly activities?: Partial<FakeActivities> },
  ): Promise<Onboarding>;
}

export const NO_FUNDING: Partial<Tenant> = { billing: { initialFundingMinor: 0 } };

/** The desk over real runs on the real server, whose TikTok answers at once; people and ledger are the desk's own. */
export function useGateDesk(): () => GateDesk {
  const { client, enlist, taskQueue } = useOnboardings();
  const silent = { warn: () => undefined, debug: () => undefined };
  let made: GateDesk | undefined;
  let onboardings: OnboardingClient;

  beforeAll(async () => {
    const desk = await startDesk({ onboardings: () => Promise.resolve(onboardings) });
    const { db } = desk.database;
    const people = () => Promise.resolve(desk.people);
    const keys = (mode: 'signed' | 'open'): ApprovalKeys =>
      createApprovals({ db, secretsKey: 'ab'.repeat(32), settings: { mode }, people });
    const [signed, open] = [keys('signed'), keys('open')];
    const gateDesk: GateDesk = {
      desk,
      get onboardings() {
        return onboardings;
      },
      approvals: 'signed',
      async atGates(slug, gates, { tenant = NO_FUNDING, activities = {} } = {}) {
        const ledger = createLedgerActivities({ db, readPeople: people, log: silent });
        const onboarding = await enlist(slug, fakeActivities({ ...ledger, ...activities }));
        await onboardings.start(school(slug, tenant), 'ops-a');
        for (const gate of gates) await onboarding.untilGate(gate, 'open');
        // Pages are for tenants that the projection knows.
        await eventually(
          'the projection',
          () => db.selectFrom('gates').select('gate').where('slug', '=', slug).where('state', '=', 'open').execute(),
          (rows) => gates.every((gate) => rows.some((row) => row.gate === gate)),
        );
        return onboarding;
      },
    };
    made = gateDesk;
    onboardings = createOnboardingClient({
      client: client(),
      db,
      secrets: { put: async () => undefined },
      taskQueue,
      approvals: {
        forNewRun: () => (gateDesk.approvals === 'open' ? open : signed).forNewRun(),
        sign: (toSign) => signed.sign(toSign),
      },
      settings: settings(),
    });
  });
  afterAll(() => made?.desk.close());

  return () => {
    if (!made) throw new Error('the desk is not started yet');
    return made;
  };
}

export const gatePath = (slug: string, gate: GateId = 'creative_policy'): string => `/tenants/${slug}/gates/${gate}`;

/** The text of a page that must be there. */
export async function textAt(browser: Browser, path: string): Promise<string> {
  const answer = await browser.get(path);
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${text}`);
  return text;
}

/** What the form on a gate's page would send, hidden fields and all but the session's own. */
export function hiddenFields(html: string): Record<string, string> {
  const form = /<form method="post" action="[^"]*decide"[\s\S]*?<\/form>/.exec(html)?.[0] ?? '';
  return Object.fromEntries(
    [...form.matchAll(/<input type="hidden" name="(?!csrf)(\w+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  );
}
