import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Certificate, Envelope, RunApprovals } from '../../src/contract/envelope.js';
import type { Decision } from '../../src/contract/messages.js';
import { certificateText, envelopeText, statementText } from '../../src/domain/decision-envelope.js';

export interface TestKey {
  readonly privateKey: KeyObject;
  /** 64 lower-case hex. */
  readonly publicKey: string;
}

const DAY_MS = 86_400_000;

/** A key made by Node's own implementation, which shares no code with the one that verifies. */
export function makeKey(): TestKey {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return { privateKey, publicKey: publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('hex') };
}

function signed(key: TestKey, text: string): string {
  return sign(null, Buffer.from(text, 'utf8'), key.privateKey).toString('hex');
}

/** The root's word for a signing key, valid for a day around `nowMs` unless told. */
export function certify(root: TestKey, key: TestKey, nowMs: number, from = nowMs - DAY_MS, to = nowMs + DAY_MS): Certificate {
  const certificate = {
    keyId: key.publicKey.slice(0, 16),
    publicKey: key.publicKey,
    notBefore: new Date(from).toISOString(),
    notAfter: new Date(to).toISOString(),
  };
  return { ...certificate, signature: signed(root, certificateText(certificate)) };
}

export interface Sealing {
  readonly key: TestKey;
  readonly certificate: Certificate;
  readonly tenant: string;
  readonly onboarding: string;
  readonly nowMs: number;
  readonly lastsMs?: number;
}

/** The envelope of a decision, as its text. */
export function seal(decision: Decision, { key, certificate, tenant, onboarding, nowMs, lastsMs = 600_000 }: Sealing): string {
  const { envelope: _envelope, ...content } = decision;
  const statement: Envelope['statement'] = {
    tenant,
    onboarding,
    decision: content,
    roles: ['approver:creative_policy'],
    issuedAt: new Date(nowMs).toISOString(),
    expiresAt: new Date(nowMs + lastsMs).toISOString(),
  };
  return envelopeText({ statement, certificate, signature: signed(key, statementText(statement)) });
}

export function signedBy(root: TestKey): RunApprovals {
  return { mode: 'signed', rootPublicKey: root.publicKey };
}
