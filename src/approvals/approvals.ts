import type { Certificate, RunApprovals, Statement } from '../contract/envelope.js';
import type { Decision, Refusal } from '../contract/messages.js';
import { envelopeText, statementText } from '../domain/decision-envelope.js';
import { findPerson, mayDecide, type People } from '../domain/people.js';
import type { Database } from '../store/database.js';
import { signingKeys } from '../store/signing-keys.js';
import { type ApprovalSettings, resealRoot, rootKey, type RootKey } from './root-key.js';
import { type CertifiedKey, currentSigningKey, issueSigningKey } from './signing-keys.js';

/** How long a signed decision may take until it reaches its run. */
const ENVELOPE_LASTS_MS = 15 * 60_000;
/** How long a process signs with the key it knows before it asks which one is the newest. */
const KEY_KNOWN_FOR_MS = 60_000;

export interface ToSign {
  readonly decision: Decision;
  /** The tenant's slug. */
  readonly tenant: string;
  /** When its onboarding was started, ISO 8601 in UTC: the run takes no envelope of another one. */
  readonly onboarding: string;
  /** Id or mail of whoever started it. */
  readonly startedBy: string;
}

export type Signed = { readonly envelope: string; readonly expiresAt: string } | { readonly refusal: Refusal };

/** What lets decisions count: the way new runs take them, and the envelopes. */
export interface Approvals {
  forNewRun(): Promise<RunApprovals>;
  /** The envelope of a decision, or why this person may not give it, as the people are now. */
  sign(toSign: ToSign): Promise<Signed>;
}

export interface ApprovalDependencies {
  readonly db: Database;
  /** SECRETS_KEY: seals the private halves. */
  readonly secretsKey: string;
  readonly settings: ApprovalSettings;
  /** Read anew for every envelope, so that a role removed a second ago is gone. */
  readonly people: () => Promise<People>;
  readonly clock?: () => Date;
}

export interface KeyOverview {
  readonly mode: ApprovalSettings['mode'];
  readonly rootPublicKey: string;
  /** Whether keys are issued here, by themselves. */
  readonly issuesHere: boolean;
  /** The newest first; that one signs. */
  readonly certificates: readonly Certificate[];
}

export interface ApprovalKeys extends Approvals {
  overview(): Promise<KeyOverview>;
  /** A new key from now on; envelopes of the others count until they expire. */
  rotate(lastsMs?: number): Promise<Certificate>;
}

/** Approvals over the keys in our database. Its methods throw `SecretUnreadable` and `NoSigningKey`, and what the database answers. */
export function createApprovals({ clock = () => new Date(), ...deps }: ApprovalDependencies): ApprovalKeys {
  const store = { db: deps.db, secretsKey: deps.secretsKey };
  let knownRoot: RootKey | undefined;
  let known: { readonly key: CertifiedKey; readonly untilMs: number } | undefined;

  const root = async (): Promise<RootKey> => (knownRoot ??= await rootKey(deps.db, deps.secretsKey, deps.settings));
  async function signingKey(now: Date): Promise<CertifiedKey> {
    if (known && now.getTime() < known.untilMs) return known.key;
    const key = await currentSigningKey(store, await root(), now);
    known = { key, untilMs: Math.min(now.getTime() + KEY_KNOWN_FOR_MS, Date.parse(key.certificate.notAfter)) };
    return key;
  }

  return {
    async forNewRun() {
      if (deps.settings.mode === 'open') return { mode: 'open' };
      return { mode: 'signed', rootPublicKey: (await root()).publicKey };
    },

    async sign({ decision: { envelope: _envelope, ...decision }, tenant, onboarding, startedBy }) {
      const person = findPerson(await deps.people(), decision.actor);
      const { gate, verdict, breakGlass } = decision;
      const refusal = mayDecide({ person, gate, tenant, startedBy, votes: [], verdict, breakGlass });
      if (refusal !== null || !person) return { refusal: refusal ?? 'person_unknown' };
      const now = clock();
      const { certificate, key } = await signingKey(now);
      const expiresAt = new Date(now.getTime() + ENVELOPE_LASTS_MS).toISOString();
      const statement: Statement = { tenant, onboarding, decision, roles: [...person.roles], issuedAt: now.toISOString(), expiresAt };
      return { envelope: envelopeText({ statement, certificate, signature: key.sign(statementText(statement)) }), expiresAt };
    },

    async overview() {
      const { publicKey, key } = await root();
      const certificates = await signingKeys(deps.db, publicKey, clock());
      return { mode: deps.settings.mode, rootPublicKey: publicKey, issuesHere: key !== null, certificates };
    },

    async rotate(lastsMs) {
      const key = await issueSigningKey(store, await root(), clock(), lastsMs);
      const { rootKey: given, rootPublicKey } = deps.settings;
      if (given === undefined && rootPublicKey === undefined) await resealRoot(deps.db, deps.secretsKey);
      known = undefined;
      return key.certificate;
    },
  };
}
