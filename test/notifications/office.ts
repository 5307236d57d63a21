import { sql } from 'kysely';
import { createLedgerActivities } from '../../src/activities/ledger.js';
import type { GateId } from '../../src/contract/checklist.js';
import { decisionSchema, type Verdict } from '../../src/contract/messages.js';
import { type People, peopleSchema } from '../../src/domain/people.js';
import type { Channel } from '../../src/notifications/channel.js';
import { type DeliveryDependencies, deliverDue, routeNotifications } from '../../src/notifications/delivery.js';
import { mailChannel } from '../../src/notifications/mail.js';
import type { QuietHours } from '../../src/notifications/quiet-hours.js';
import { type FreshDatabase, freshDatabase } from '../harness/databases.js';
import { save, statusOf } from '../web/statuses.js';
import { type Mailbox, startMailbox } from './receivers.js';

export const DIGEST_MS = 300_000;
export const HASH = 'a'.repeat(64);

export const PEOPLE = peopleSchema.parse({
  people: [
    { id: 'ops-a', mail: 'ops-a@example.org', roles: ['ops'], tenants: '*' },
    { id: 'ops-b', mail: 'ops-b@example.org', roles: ['ops'], tenants: ['coast_tours'] },
    { id: 'admin-a', mail: 'admin-a@example.org', roles: ['admin'], tenants: '*' },
    { id: 'approver-a', mail: 'approver-a@example.org', roles: ['approver:creative_policy'], tenants: '*' },
    { id: 'approver-b', mail: 'approver-b@example.org', roles: ['approver:creative_policy'], tenants: '*' },
    { id: 'finance-a', mail: 'finance-a@example.org', roles: ['finance'], tenants: '*' },
    { id: 'finance-b', mail: 'finance-b@example.org', roles: ['finance'], tenants: '*' },
  ],
});

/** The engine's own writing, a notifier, a mailbox and a clock that only the test moves. */
export interface Office {
  readonly database: FreshDatabase;
  readonly mailbox: Mailbox;
  readonly mail: Channel;
  people: People;
  now: Date;
  deps: DeliveryDependencies;
  readonly warnings: object[];
  use(...channels: readonly Channel[]): void;
  /** Saves the projection of an onboarding as it starts. */
  starts(slug: string, timeZone?: string): Promise<void>;
  opens(slug: string, gate?: GateId, revision?: number): Promise<void>;
  decides(slug: string, actor: string, verdict?: Verdict, gate?: GateId, reason?: string): Promise<void>;
  tells(slug: string, kind: string, payload?: Record<string, unknown>): Promise<void>;
  /** Moves the clock and lets the notifier do what is due then. */
  after(ms: number): Promise<void>;
  notify(): Promise<void>;
  deliveries(): Promise<
    readonly { channel: string; target: string; outcome: string | null; attempts: number; error: string; nextAt: Date }[]
  >;
  /** As it was when it opened, at that instant, with these quiet hours. */
  reopen(now?: string, quiet?: QuietHours): Promise<void>;
  close(): Promise<void>;
}

const A_MONDAY = '2026-03-02T12:00:00.000Z';

/** It opens on a day of the past, so that nothing can depend on today. */
export async function openOffice(): Promise<Office> {
  const [database, mailbox] = await Promise.all([freshDatabase(), startMailbox()]);
  const { db } = database;
  const warnings: object[] = [];
  const readPeople = (): Promise<People> => Promise.resolve(office.people);
  const log = { info: () => undefined, warn: (fields: object) => void warnings.push(fields), debug: () => undefined };
  const engine = createLedgerActivities({ db, readPeople, log });
  const mail = mailChannel({ smtpUrl: mailbox.url, from: 'Kobi <kobi@example.org>', deskOrigin: 'https://desk.example.org' }, readPeople);
  const at = (): string => office.now.toISOString();
  let written = 0;
  const office: Office = {
    database,
    mailbox,
    mail,
    people: PEOPLE,
    now: new Date(A_MONDAY),
    warnings,
    deps: {
      db,
      channels: [mail],
      readPeople,
      digestMs: DIGEST_MS,
      clock: () => office.now,
      random: () => 0,
      log,
    },
    use(...channels) {
      office.deps = { ...office.deps, channels };
    },
    starts: (slug, timeZone = 'Europe/Berlin') =>
      save(db, statusOf(slug, { timeZone, startedAt: at(), startedBy: 'ops-a', legalName: 'canary-legal-name' })),
    async opens(slug, gate = 'creative_policy', revision = 1) {
      await engine.openGate({
        slug,
        gate,
        revision,
        evidenceHash: HASH,
        evidence: { secret: 'canary-evidence' },
        startedBy: 'ops-a',
        four_eyes: gate === 'initial_funding',
        at: at(),
      });
    },
    async decides(slug, actor, verdict = 'approve', gate = 'creative_policy', reason = 'canary-reason') {
      written += 1;
      const decision = decisionSchema().parse({
        decisionId: `d-${written}`,
        gate,
        revision: 1,
        verdict,
        actor,
        reason,
        evidenceHash: HASH,
      });
      const { refusal } = await engine.recordDecision({
        slug,
        decision,
        via: 'update',
        refusal: null,
        startedBy: 'ops-a',
        votes: [],
        at: at(),
      });
      if (refusal !== null) throw new Error(`the decision was refused: ${refusal}`);
    },
    async tells(slug, kind, payload = {}) {
      written += 1;
      await engine.recordEvent({ slug, key: `${kind}:${written}`, kind, actor: 'engine', step: 'pixel', payload, at: at() });
    },
    async after(ms) {
      office.now = new Date(office.now.getTime() + ms);
      await office.notify();
    },
    async notify() {
      while ((await routeNotifications(office.deps)) > 0) continue;
      await Promise.all(office.deps.channels.map((channel) => deliverDue(office.deps, channel)));
    },
    async deliveries() {
      const rows = await db.selectFrom('deliveries').selectAll().orderBy('id').execute();
      return rows.map(({ channel, target, outcome, attempts, last_error: error, next_at: nextAt }) => ({
        channel,
        target,
        outcome,
        attempts,
        error,
        nextAt,
      }));
    },
    async reopen(now = A_MONDAY, quiet) {
      // Faster than a new database for each test; nothing else can empty the ledger.
      await database.db.connection().execute(async (connection) => {
        await sql`set session_replication_role = replica`.execute(connection);
        await sql`truncate ledger, notifications, deliveries, onboardings, gates, step_spans`.execute(connection);
        await sql`reset session_replication_role`.execute(connection);
      });
      const { quiet: _quiet, ...deps } = office.deps;
      office.deps = { ...deps, channels: [mail], digestMs: DIGEST_MS, readPeople, ...(quiet ? { quiet } : {}) };
      office.people = PEOPLE;
      office.now = new Date(now);
      written = 0;
      warnings.length = 0;
      mailbox.mails.length = 0;
      mailbox.refuse = () => null;
    },
    async close() {
      for (const channel of new Set([mail, ...office.deps.channels])) channel.close?.();
      await mailbox.close();
      await database.close();
    },
  };
  return office;
}
