import { ApplicationFailure } from '@temporalio/common';
import { z } from 'zod';
import type { Failure } from '../contract/failures.js';
import { REFUSALS, type Refusal } from '../contract/messages.js';
import type { LedgerActivities, LedgerEvent } from '../contract/onboarding-activities.js';
import { afterBusinessHours, type BusinessHours } from '../domain/business-hours.js';
import { decisionHash } from '../domain/gate-policy.js';
import { candidatesFor, findPerson, mayDecide, neededDecisions, type People } from '../domain/people.js';
import { type Database, isDatabaseUnavailable } from '../store/database.js';
import { appendToLedger, type NewLedgerRow } from '../store/ledger.js';
import { keepLiveState } from '../store/live-states.js';
import { putNotification } from '../store/notifications.js';
import { saveStatus } from '../store/onboardings.js';
import { openReview } from '../store/reviews.js';

export interface LedgerDependencies {
  readonly db: Database;
  /** Reads people.yaml (or whatever knows the people) anew; called at every decision, so that a role removed a second ago counts. */
  readonly readPeople: () => Promise<People>;
  /** Gates are due after so many milliseconds of these hours; left out, after the onboarding's own setting. */
  readonly businessHours?: { readonly calendar: BusinessHours; readonly dueAfterMs: number };
  readonly log: { warn(fields: object, message: string): void; debug(fields: object, message: string): void };
}

/** Rows that somebody must hear of, not only find. */
const TOLD: ReadonlySet<string> = new Set([
  'gate_opened',
  'gate_reminded',
  'gate_escalated',
  'gate_expired',
  'decision_accepted',
  'step_parked',
  'onboarding_live',
  'onboarding_cancelled',
]);

const openedPayload = z.object({ candidates: z.array(z.string()), needed: z.int() });
const decidedPayload = z.object({ contentHash: z.string(), refusal: z.enum(REFUSALS).nullable() });

/**
 * A failure of our own store, retryable: the database comes back, a people.yaml that is being edited is whole again a moment later.
 * The message of a driver's error holds no values and no password; its other fields do, so they stay behind.
 */
function storeFailure(error: unknown): ApplicationFailure {
  if (error instanceof ApplicationFailure) return error;
  const code = isDatabaseUnavailable(error) ? 'database_unavailable' : 'internal';
  const message = error instanceof Error ? error.message : String(error);
  const failure: Failure = { code, message };
  return ApplicationFailure.create({ type: code, message, nonRetryable: false, details: [failure] });
}

async function orStoreFailure<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storeFailure(error);
  }
}

/** A length, not an instant: the workflow counts it from when people can see the gate, however long our database was away. */
function dueOf(hours: LedgerDependencies['businessHours'], at: string): { dueAfterMs?: number } {
  if (!hours) return {};
  const opened = new Date(at);
  return { dueAfterMs: afterBusinessHours(opened, hours.dueAfterMs, hours.calendar).getTime() - opened.getTime() };
}

/** Appends a row, and with it, in one transaction, what people are to hear of it. */
async function appendAndTell(db: Database, row: NewLedgerRow, gate?: string) {
  if (!TOLD.has(row.kind)) return appendToLedger(db, row);
  return db.transaction().execute(async (transaction) => {
    const appended = await appendToLedger(transaction, row);
    await putNotification(transaction, {
      slug: row.slug,
      key: row.key,
      kind: row.kind,
      ...(gate === undefined ? {} : { gate }),
      at: row.at,
      body: row.payload,
    });
    if (appended.appended && row.kind === 'decision_accepted' && row.payload['breakGlass'] === true)
      await openReview(transaction, appended.row);
    return appended;
  });
}

async function appendEvent(db: Database, slug: string, { key, kind, actor, step, payload, at }: LedgerEvent): Promise<number> {
  const gate = typeof payload['gate'] === 'string' ? payload['gate'] : undefined;
  const { row } = await appendAndTell(db, { slug, kind, key, actor, payload: { ...payload, step }, at }, gate);
  return row.seq;
}

async function openedAfter(db: Database, slug: string, gate: string, seq: number): Promise<boolean> {
  const rows = await db
    .selectFrom('ledger')
    .select('payload')
    .where('slug', '=', slug)
    .where('seq', '>', seq)
    .where('kind', '=', 'gate_opened')
    .execute();
  return rows.some(({ payload }) => payload['gate'] === gate);
}

/** The workflow's rows in the ledger, the judgement who may decide, and the projection; all repeatable. */
export function createLedgerActivities({ db, readPeople, businessHours, log }: LedgerDependencies): LedgerActivities {
  return {
    openGate: ({ slug, gate, revision, evidenceHash, evidence, startedBy, amendedBy, four_eyes: fourEyes, at }) =>
      orStoreFailure(async () => {
        const candidates = candidatesFor(gate, slug, await readPeople(), startedBy, amendedBy);
        const needed = neededDecisions(gate, fourEyes);
        if (candidates.length < needed)
          log.warn({ slug, gate, revision, candidates: candidates.length, needed }, 'too few people may decide this gate; see people.yaml');
        const payload = { gate, revision, evidenceHash, evidence, startedBy, amendedBy, candidates, needed };
        // The instant is part of the key: a tenant started again counts its revisions from 1 again.
        const { row } = await appendAndTell(
          db,
          { slug, kind: 'gate_opened', key: `gate_opened:${gate}:${revision}:${at}`, actor: 'engine', payload, at },
          gate,
        );
        return { ...openedPayload.parse(row.payload), ledgerSeq: row.seq, ...dueOf(businessHours, at) };
      }),

    recordDecision: ({ slug, decision, via, envelope, refusal: byState, startedBy, amendedBy, votes, at }) =>
      orStoreFailure(async () => {
        const { decisionId, gate, revision, verdict, actor, reason, evidenceHash, amountMinor, breakGlass } = decision;
        const contentHash = decisionHash(decision);
        const person = findPerson(await readPeople(), actor);
        const unsigned = envelope?.fault ?? null;
        // Who may not decide hears that first: our client signs for nobody else.
        const judged = byState ?? mayDecide({ person, gate, tenant: slug, startedBy, amendedBy, votes, verdict, breakGlass }) ?? unsigned;
        const append = (refusal: Refusal | null, key: string) =>
          appendAndTell(
            db,
            {
              slug,
              kind: refusal === null ? 'decision_accepted' : 'decision_refused',
              key,
              actor,
              payload: {
                decisionId,
                gate,
                revision,
                verdict,
                reason,
                evidenceHash,
                amountMinor,
                via,
                refusal,
                contentHash,
                breakGlass,
                envelope: envelope && (envelope.fault ?? `signed by key ${envelope.keyId ?? ''}`),
                startedBy,
                roles: person?.roles ?? [],
              },
              at,
            },
            gate,
          );
        const refuse = async (refusal: Refusal, key: string) => ({ refusal, ledgerSeq: (await append(refusal, key)).row.seq });

        const key = `decision:${decisionId}`;
        const reusedKey = `${key}:${contentHash.slice(0, 16)}`;
        if (judged === 'decision_id_reused') return refuse(judged, reusedKey);
        // A row of its own: the id stays free for the decision that is signed, and what came as a signal is told as such.
        if (unsigned !== null && judged !== null) return refuse(judged, `${reusedKey}:unsigned:${via}:${judged}`);
        const { row, appended } = await append(judged, key);
        if (appended) return { refusal: judged, ledgerSeq: row.seq };

        const earlier = decidedPayload.parse(row.payload);
        // A decision of an earlier opening of the gate never counts for a later one, even when both show the same evidence.
        if (earlier.contentHash !== contentHash || (await openedAfter(db, slug, gate, row.seq)))
          return refuse('decision_id_reused', reusedKey);
        // Recorded as accepted, but the run lost it in a crash and its gate has moved on: the state has the last word.
        if (earlier.refusal === null && byState !== null) return refuse(byState, `${key}:${byState}`);
        return { refusal: earlier.refusal, ledgerSeq: row.seq };
      }),

    recordEvent: ({ slug, ...event }) => orStoreFailure(async () => ({ ledgerSeq: await appendEvent(db, slug, event) })),

    saveStatus: ({ end, live, ...projection }) =>
      orStoreFailure(async () => {
        if (end !== undefined) await appendEvent(db, projection.status.slug, end);
        // Before the projection says "live": whoever reads that may amend at once.
        if (live !== undefined) await keepLiveState(db, projection.status.slug, live);
        const saved = await saveStatus(db, projection);
        if (!saved) log.debug({ slug: projection.status.slug, version: projection.version }, 'a newer status is saved already');
      }),
  };
}
