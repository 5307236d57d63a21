import type { People } from '../../domain/people.js';
import { findPerson } from '../../domain/people.js';
import { searchInbox } from '../../store/inbox.js';
import { exportLedger } from '../../store/ledger-export.js';
import { listOnboardings } from '../../store/onboardings.js';
import { changesSince } from '../changes-since.js';
import { checkSparkCode } from '../checked-spark-code.js';
import { deciderOf } from '../decider.js';
import { badInput, CommandFault } from '../exit.js';
import { failureTable } from '../failure-table.js';
import { savedOnboarding } from '../known-onboarding.js';
import { operatorOf, personNamed } from '../operator.js';
import { planOfFile } from '../plan/plan-of-file.js';
import type { Session } from '../session.js';
import { startAll } from '../start-many.js';
import { type NamedTenant, tenantsOfFiles } from '../tenant-files.js';
import type { AskedVerb, Engine } from './engine.js';

const MOST_LINES = 2_000;

/** Who starts a tenant: whom the command names, else whom its file names. Decides none of its gates. */
function starterOf(people: People, { file, tenant }: NamedTenant, named: string | undefined): string {
  if (named !== undefined) return operatorOf(people, named, tenant.slug);
  try {
    return operatorOf(people, tenant.requestedBy, tenant.slug);
  } catch (error) {
    if (!(error instanceof CommandFault)) throw error;
    throw badInput(`requested_by of ${file} cannot start it (${error.message}); say who does with --as PERSON`);
  }
}

/** Who acts, where a command lets nobody act unnamed. */
function named(as: string | undefined): string {
  if (as === undefined) throw badInput("required option '--as <person>' not specified: id or mail of people.yaml");
  return as;
}

/** The engine over our own database and Temporal: whoever reaches those says in whose name they act. */
export function localEngine(session: Session): Engine {
  const verb = async (slug: string, { as, reason, id }: AskedVerb) => ({
    actor: operatorOf(await session.people(), named(as), slug),
    reason,
    ...(id === undefined ? {} : { verbId: id }),
  });
  return {
    plan: (file, as) => planOfFile(session, file, { offline: false, as }),

    async start(files, as) {
      const tenants = await tenantsOfFiles(files);
      const people = await session.people();
      const toStart = tenants.map((each) => ({ ...each, startedBy: starterOf(people, each, as) }));
      return { answers: await startAll(await session.onboardings(), toStart), warned: tenants };
    },

    list: (filter) => listOnboardings(session.database(), { ...filter, limit: MOST_LINES }),
    status: async (slug) => (await session.onboardings()).status(slug),

    async gates({ for: whose, slug, gate }) {
      const db = session.database();
      if (slug !== undefined) await savedOnboarding(db, slug);
      const decider = whose === undefined ? undefined : deciderOf(personNamed(await session.people(), whose));
      return searchInbox(db, { slug, gate, decider });
    },

    async gate(slug, id) {
      const onboardings = await session.onboardings();
      const [gate, exhibits] = await Promise.all([onboardings.evidence(slug, id), onboardings.exhibits(slug, id)]);
      return { gate, exhibits };
    },

    async decide(slug, { as, ...asked }) {
      const who = named(as);
      // One person has one name in the ledger; who is unknown stays as typed, so that the attempt is on record.
      const actor = findPerson(await session.people(), who)?.id ?? who;
      const onboardings = await session.onboardings();
      const answer = await onboardings.decide(slug, { ...asked, actor });
      const stale = answer.code === 'stale_revision' || answer.code === 'stale_evidence';
      const changes = stale ? await changesSince(session.database(), slug, await onboardings.evidence(slug, asked.gate), asked) : [];
      return { answer, changes };
    },

    async provide(slug, { as, id, what }) {
      const people = await session.people();
      const onboardings = await session.onboardings();
      const actor = operatorOf(people, as ?? (await onboardings.status(slug)).status.startedBy, slug);
      if (what.kind === 'spark_code') await checkSparkCode(onboardings, slug, what);
      return onboardings.provide(slug, { actor, what, ...(id === undefined ? {} : { verbId: id }) });
    },

    async retry(slug, { step, ...asked }) {
      const input = await verb(slug, asked);
      return (await session.onboardings()).retry(slug, step === undefined ? input : { ...input, step });
    },
    async skip(slug, { step, ...asked }) {
      const input = await verb(slug, asked);
      return (await session.onboardings()).skip(slug, { ...input, step });
    },
    async amend(slug, { file, ...asked }) {
      const [tenantFile] = await tenantsOfFiles([file]);
      if (!tenantFile) throw badInput('--file names no tenant file');
      const { tenant, sparkCodes } = tenantFile;
      if (tenant.slug !== slug) throw badInput(`${file} is of the tenant ${tenant.slug}, not of ${slug}`);
      const input = await verb(slug, asked);
      return (await session.onboardings()).amend(slug, { ...input, tenant }, sparkCodes);
    },
    async pause(slug, asked) {
      const input = await verb(slug, asked);
      return (await session.onboardings()).pause(slug, input);
    },
    async resume(slug, asked) {
      const input = await verb(slug, asked);
      return (await session.onboardings()).resume(slug, input);
    },
    async cancel(slug, asked) {
      const input = await verb(slug, asked);
      return (await session.onboardings()).cancel(slug, input);
    },

    async *audit(format, slug) {
      const db = session.database();
      if (slug !== undefined) await savedOnboarding(db, slug);
      yield* exportLedger(db, format, slug);
    },
    failures: async () => failureTable(),
  };
}
