import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import {
  type Certificate,
  type Envelope,
  type EnvelopeFault,
  type EnvelopeVerdict,
  envelopeSchema,
  type RunApprovals,
  type Statement,
} from '../contract/envelope.js';
import type { Decision } from '../contract/messages.js';
import { canonicalJson } from './canonical-json.js';
import { ed25519Holds } from './ed25519.js';
import { decisionHash } from './gate-policy.js';

/** What a signing key signs. The first line keeps the two kinds of signature apart. */
export function statementText(statement: Statement): string {
  return `kobi decision 1\n${canonicalJson(statement)}`;
}

/** What the root key signs. */
export function certificateText({ keyId, publicKey, notBefore, notAfter }: Omit<Certificate, 'signature'>): string {
  return `kobi signing key 1\n${canonicalJson({ keyId, publicKey, notBefore, notAfter })}`;
}

/** The one spelling of an envelope. */
export function envelopeText(envelope: Envelope): string {
  return canonicalJson(envelope);
}

// Made when the first one comes: most onboardings wait long before that.
let schema: ReturnType<typeof envelopeSchema> | undefined;

/** The envelope that a text is, or undefined: another spelling of the same JSON is none. */
function parsed(text: string): Envelope | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  schema ??= envelopeSchema();
  const envelope = schema.safeParse(value).data;
  return envelope !== undefined && envelopeText(envelope) === text ? envelope : undefined;
}

function holds(signature: string, text: string, publicKey: string): boolean {
  return ed25519Holds(hexToBytes(signature), utf8ToBytes(text), hexToBytes(publicKey));
}

/** What the run knows of itself when a decision arrives. */
export interface EnvelopeQuestion {
  /** Undefined for runs that were started before decisions were signed; they are open. */
  readonly approvals: RunApprovals | undefined;
  readonly decision: Decision;
  /** The tenant's slug. */
  readonly tenant: string;
  /** When the onboarding was started, ISO 8601 in UTC. */
  readonly startedAt: string;
  /** The workflow's time, milliseconds since the epoch. */
  readonly nowMs: number;
}

const fault = (code: EnvelopeFault): EnvelopeVerdict => ({ fault: code });

/**
 * Whether a decision comes with an envelope that our API made for exactly this decision of this onboarding. Pure and synchronous, so
 * that validator, handler, signal and replay judge alike; what is cheap to see is looked at before signatures.
 */
export function judgeEnvelope({ approvals, decision, tenant, startedAt, nowMs }: EnvelopeQuestion): EnvelopeVerdict {
  if (approvals?.mode !== 'signed') return { fault: null };
  if (decision.envelope === undefined) return fault('envelope_missing');
  const envelope = parsed(decision.envelope);
  if (!envelope) return fault('envelope_malformed');
  const { statement, certificate, signature } = envelope;
  if (statement.tenant !== tenant || statement.onboarding !== startedAt) return fault('envelope_other_onboarding');
  if (decisionHash(statement.decision) !== decisionHash(decision)) return fault('envelope_other_decision');
  if (nowMs >= Date.parse(statement.expiresAt)) return fault('envelope_expired');
  if (nowMs < Date.parse(certificate.notBefore) || nowMs >= Date.parse(certificate.notAfter)) return fault('envelope_key_expired');
  if (!holds(certificate.signature, certificateText(certificate), approvals.rootPublicKey)) return fault('envelope_key_unknown');
  if (!holds(signature, statementText(statement), certificate.publicKey)) return fault('envelope_forged');
  return { fault: null, keyId: certificate.keyId };
}
