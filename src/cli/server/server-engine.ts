import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { DecisionAnswer, VerbAnswer } from '../../contract/messages.js';
import type { EvidenceChange } from '../../domain/evidence-changes.js';
import type { GateStatus } from '../../contract/status.js';
import type { InboxGate } from '../../store/inbox.js';
import type { OnboardingLine } from '../../store/onboardings.js';
import { NO_EVIDENCE } from '../decide-gate.js';
import type { AskedVerb, Engine, Warned } from '../engine/engine.js';
import type { Exhibit } from '../exhibits.js';
import { badInput, CommandFault, failed } from '../exit.js';
import type { CodedFailure } from '../failure-table.js';
import type { Plan } from '../plan/plan.js';
import type { StatusAnswer } from '../read-status.js';
import type { StartAnswer } from '../start-onboarding.js';
import { tenantFileText } from '../tenant-file-reader.js';
import { faultyFiles } from '../tenant-files.js';
import { serverOrigin } from './address.js';
import { readCredential } from './credentials.js';
import { connectDesk, type DeskConnection, exactly, faultOf, faultsByFile, Refused } from './desk-connection.js';
import { decisionAnswerSchema, failureEntrySchema, plannedSchema, startedSchema, verbAnswerSchema, whoAmISchema } from './wire/answers.js';
import { gatePageSchema, gateWithExhibitsSchema, onboardingPageSchema, statusAnswerSchema } from './wire/status.js';

const MOST_LINES = 2_000;

type Person = z.infer<typeof whoAmISchema>;

/** The texts of tenant files, all or none. */
async function textsOf(files: readonly string[]): Promise<{ readonly name: string; readonly text: string }[]> {
  const read = await Promise.all(files.map(async (name) => ({ name, text: await tenantFileText(name) })));
  const faults = read.flatMap(({ name, text }) => (typeof text === 'string' || text.ok ? [] : [{ file: name, faults: text.faults }]));
  if (faults.length > 0) throw faultyFiles(faults);
  return read.flatMap(({ name, text }) => (typeof text === 'string' ? [{ name, text }] : []));
}

async function oneTextOf(file: string): Promise<string> {
  const [one] = await textsOf([file]);
  return one?.text ?? '';
}

function queryText(query: Readonly<Record<string, string | readonly string[] | undefined>>): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined ? [] : (typeof value === 'string' ? [value] : value).map((each): [string, string] => [name, each]),
  );
  return pairs.length === 0 ? '' : `?${new URLSearchParams(pairs).toString()}`;
}

/** How to ask again after a lost answer. */
const again = (option: string, key: string): string =>
  `whether it counts is not known; ask again with the same command and ${option} ${key}`;

/** Tells a refusal as a person reads it; a tenant file's faults as if the file had been read here. */
async function told<T>(
  desk: DeskConnection,
  asking: Promise<T>,
  how: { readonly file?: string; readonly again?: string } = {},
): Promise<T> {
  try {
    return await asking;
  } catch (error) {
    if (error instanceof CommandFault && how.again !== undefined) throw failed(`${error.message}; ${how.again}`, error.details);
    if (!(error instanceof Refused)) throw error;
    if (how.file !== undefined && error.status === 400 && (error.body.faults ?? []).length > 0)
      throw faultyFiles(faultsByFile(error.body, how.file));
    throw faultOf(error, desk.origin, how.again);
  }
}

/**
 * The engine at a desk, as whoever is logged in there: nothing but the desk need be reachable.
 * @throws CommandFault when nobody is logged in at the desk of KOBI_SERVER
 */
export async function serverEngine(env: NodeJS.ProcessEnv, waiting: (what: string) => void): Promise<Engine> {
  const origin = serverOrigin(env['KOBI_SERVER'] ?? '');
  const credential = await readCredential(env, origin);
  if (!credential) throw failed(`nobody is logged in at ${origin}: kobi login --server ${origin}`, { server: origin });
  const desk = connectDesk(origin, credential.token);
  waiting(`for the desk at ${origin}`);

  /** At a desk nobody acts in another's name. */
  async function asLoggedIn(as: string | undefined): Promise<void> {
    if (as === undefined) return;
    const person = await told(desk, desk.get<Person>('/whoami', whoAmISchema));
    if (as !== person.id && as.toLowerCase() !== person.mail.toLowerCase())
      throw badInput(`--as ${as} is not who is logged in at ${origin} (${person.id}); leave --as out, or let ${as} log in`);
  }

  const status = (slug: string): Promise<StatusAnswer> =>
    told(desk, desk.get<StatusAnswer>(`/onboardings/${encodeURIComponent(slug)}`, statusAnswerSchema));

  async function sent(slug: string, verb: string, { id, body }: { readonly id: string | undefined; readonly body: object }, file?: string) {
    const key = id ?? `command_line-${randomUUID()}`;
    const path = `/onboardings/${encodeURIComponent(slug)}/${verb}`;
    const asking = desk.post<VerbAnswer>(path, key, body, verbAnswerSchema).catch((error: unknown) => {
      // Refused by the run: that is an answer, as it is on the engine's own machine.
      if (error instanceof Refused && error.body.verb) return exactly<VerbAnswer>(verbAnswerSchema, error.body.verb);
      throw error;
    });
    return told(desk, asking, { again: again('--id', key), ...(file === undefined ? {} : { file }) });
  }

  async function verb(slug: string, name: string, { as, reason, id }: AskedVerb, more: object = {}, file?: string): Promise<VerbAnswer> {
    await asLoggedIn(as);
    return sent(slug, name, { id, body: { reason, ...more } }, file);
  }

  return {
    async plan(file, as) {
      await asLoggedIn(as);
      const body = { tenantFile: await oneTextOf(file) };
      const asking = desk.post<{ plan: Plan; warnings: Warned['warnings'] }>('/plan', randomUUID(), body, plannedSchema);
      return { file, ...(await told(desk, asking, { file })) };
    },

    async start(files, as) {
      await asLoggedIn(as);
      const tenantFiles = await textsOf(files);
      type Started = { name: string; answer: StartAnswer; warnings: Warned['warnings'] };
      const asking = desk.post<Started[]>('/onboardings/batch', randomUUID(), { tenantFiles }, z.array(startedSchema));
      const started = await told(desk, asking, { file: files[0] ?? '' });
      return { answers: started.map(({ answer }) => answer), warned: started.map(({ name, warnings }) => ({ file: name, warnings })) };
    },

    async list({ states, ball, failureCode }) {
      const lines: OnboardingLine[] = [];
      for (let after: string | undefined; ; ) {
        const query = queryText({ state: states, ball, failure: failureCode, after, limit: '500' });
        const page = await told(
          desk,
          desk.get<{ onboardings: OnboardingLine[]; next: string | null }>(`/onboardings${query}`, onboardingPageSchema),
        );
        lines.push(...page.onboardings);
        if (page.next === null || lines.length >= MOST_LINES) return lines.slice(0, MOST_LINES);
        after = page.next;
      }
    },

    status,

    async gates({ slug, gate, for: whose }) {
      const query = queryText({ slug, gate, for: whose, limit: '500' });
      return (await told(desk, desk.get<{ gates: InboxGate[]; next: number | null }>(`/gates${query}`, gatePageSchema))).gates;
    },

    async gate(slug, id) {
      const path = `/onboardings/${encodeURIComponent(slug)}/gates/${id}`;
      const { exhibits, ...gate } = await told(desk, desk.get<GateStatus & { exhibits: Exhibit[] }>(path, gateWithExhibitsSchema));
      // The desk names its own files by their path alone.
      return { gate, exhibits: exhibits.map(({ id, at }) => ({ id, at: at.startsWith('/') ? `${origin}${at}` : at })) };
    },

    async decide(slug, { as, gate, decisionId = `command_line-${randomUUID()}`, ...asked }) {
      await asLoggedIn(as);
      const path = `/onboardings/${encodeURIComponent(slug)}/gates/${gate}/decisions`;
      const shown =
        asked.revision !== undefined && asked.evidenceHash !== undefined
          ? undefined
          : (await status(slug)).status.gates.find((each) => each.id === gate);
      const body = {
        ...asked,
        decisionId,
        revision: asked.revision ?? shown?.revision ?? 1,
        evidenceHash: asked.evidenceHash ?? shown?.evidenceHash ?? NO_EVIDENCE,
      };
      let changes: readonly EvidenceChange[] = [];
      const answer = await told(
        desk,
        desk.post<DecisionAnswer>(path, decisionId, body, decisionAnswerSchema).catch((error: unknown) => {
          if (!(error instanceof Refused) || !error.body.decision) throw error;
          changes = (error.body.changes ?? []).map((change) => ({ path: change.path, before: change.before, after: change.after }));
          return exactly<DecisionAnswer>(decisionAnswerSchema, error.body.decision);
        }),
        { again: again('--decision-id', decisionId) },
      );
      return { answer, changes };
    },

    async provide(slug, { as, id, what }) {
      await asLoggedIn(as);
      return sent(slug, 'provide', { id, body: { what } });
    },
    retry: (slug, { step, ...asked }) => verb(slug, 'retry', asked, step === undefined ? {} : { step }),
    skip: (slug, { step, ...asked }) => verb(slug, 'skip', asked, { step }),
    amend: async (slug, { file, ...asked }) => verb(slug, 'amend', asked, { tenantFile: await oneTextOf(file) }, file),
    pause: (slug, asked) => verb(slug, 'pause', asked),
    resume: (slug, asked) => verb(slug, 'resume', asked),
    cancel: (slug, asked) => verb(slug, 'cancel', asked),

    async *audit(format, slug) {
      try {
        yield* desk.lines(`/audit${queryText({ format, slug })}`);
      } catch (error) {
        throw error instanceof Refused ? faultOf(error, origin) : error;
      }
    },
    failures: () => told(desk, desk.get<CodedFailure[]>('/errors', z.array(failureEntrySchema))),
  };
}
