import { z } from 'zod';
import { slugSchema } from './ids.js';
import { decisionSchema, type Refusal } from './messages.js';

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`));
/** ISO 8601 in UTC with milliseconds. */
const instant = z.iso.datetime({ precision: 3 });

/** How a run's decisions are taken: only with an envelope whose key the root vouches for, or as they come (`APPROVALS=open`). */
export const runApprovalsSchema = () =>
  z.discriminatedUnion('mode', [
    z.strictObject({ mode: z.literal('signed'), rootPublicKey: hex(32) }),
    z.strictObject({ mode: z.literal('open') }),
  ]);
export type RunApprovals = z.infer<ReturnType<typeof runApprovalsSchema>>;

/** The root key's word that a signing key is ours for a time. Keys and signatures are Ed25519, in hexadecimal. */
export const certificateSchema = () =>
  z.strictObject({
    keyId: z.string().regex(/^[0-9a-f]{16}$/),
    publicKey: hex(32),
    notBefore: instant,
    notAfter: instant,
    /** By the root key, over `certificateText`. */
    signature: hex(64),
  });
export type Certificate = z.infer<ReturnType<typeof certificateSchema>>;

/** What our API vouches for: this person gave this decision about this onboarding, and it counts until `expiresAt`. */
export const statementSchema = () =>
  z.strictObject({
    tenant: slugSchema,
    /** The instant at which the onboarding was started, so that no later one of the same tenant takes the envelope. */
    onboarding: instant,
    /** The whole decision; its id is the nonce, for a run hears each id once. */
    decision: decisionSchema().omit({ envelope: true }),
    /** The person's roles when it was signed; what they are when the decision arrives has the last word. */
    roles: z.array(z.string().regex(/^[a-z:_]{1,60}$/)).max(50),
    issuedAt: instant,
    expiresAt: instant,
  });
export type Statement = z.infer<ReturnType<typeof statementSchema>>;

/** A decision's `envelope` is the canonical JSON of this, to the byte. */
export const envelopeSchema = () =>
  z.strictObject({
    statement: statementSchema(),
    certificate: certificateSchema(),
    /** By the certificate's key, over `statementText`. */
    signature: hex(64),
  });
export type Envelope = z.infer<ReturnType<typeof envelopeSchema>>;

/** Why an envelope proves nothing. */
export type EnvelopeFault = Extract<Refusal, `envelope_${string}`>;

export interface EnvelopeVerdict {
  /** Null when the envelope proves the decision, or when none is demanded. */
  readonly fault: EnvelopeFault | null;
  /** The key that signed it; only when the envelope holds. */
  readonly keyId?: string;
}
