import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Decision, Refusal } from '../../src/contract/messages.js';
import { type EnvelopeQuestion, judgeEnvelope } from '../../src/domain/decision-envelope.js';
import { ed25519Holds } from '../../src/domain/ed25519.js';
import { REFUSAL_SENTENCES } from '../../src/domain/gate-policy.js';
import { Draws } from '../faults/seed.js';
import { mutatedEnvelopes } from './mutated-envelopes.js';
import { certify, makeKey, seal, type Sealing, signedBy } from './signing.js';

const nowMs = Date.parse('2026-03-01T12:00:00.000Z');
const onboarding = '2026-02-27T08:00:00.000Z';
const tenant = 'alpine_school';
const root = makeKey();
const key = makeKey();
const sealing: Sealing = { key, certificate: certify(root, key, nowMs), tenant, onboarding, nowMs };
const decision: Decision = {
  decisionId: 'page-1',
  gate: 'initial_funding',
  revision: 2,
  verdict: 'approve',
  actor: 'finance-a@example.org',
  reason: 'as agreed with “Example School”',
  evidenceHash: 'a'.repeat(64),
  amountMinor: 250_000,
};

function judge(envelope: string | undefined, change: Partial<EnvelopeQuestion> = {}, told: Decision = decision): Refusal | null {
  const sent = envelope === undefined ? told : { ...told, envelope };
  return judgeEnvelope({ approvals: signedBy(root), decision: sent, tenant, startedAt: onboarding, nowMs, ...change }).fault;
}

describe('an envelope', () => {
  it('proves the decision that it was made for, and names the key', () => {
    const envelope = seal(decision, sealing);
    expect(judgeEnvelope({ approvals: signedBy(root), decision: { ...decision, envelope }, tenant, startedAt: onboarding, nowMs })).toEqual(
      {
        fault: null,
        keyId: key.publicKey.slice(0, 16),
      },
    );
  });

  it('is not demanded of a run that was started open, or before decisions were signed', () => {
    expect(judge(undefined, { approvals: { mode: 'open' } })).toBeNull();
    expect(judge(undefined, { approvals: undefined })).toBeNull();
  });

  const other = makeKey();
  const cases: [Refusal, string | undefined, Partial<EnvelopeQuestion>?, Decision?][] = [
    ['envelope_missing', undefined],
    ['envelope_malformed', 'a signature, honestly'],
    ['envelope_malformed', '{"__proto__":{"statement":1}}'],
    ['envelope_malformed', JSON.stringify(JSON.parse(seal(decision, sealing)), null, 1)],
    ['envelope_other_onboarding', seal(decision, sealing), { tenant: 'coast_tours' }],
    ['envelope_other_onboarding', seal(decision, sealing), { startedAt: '2026-02-28T08:00:00.000Z' }],
    ['envelope_other_decision', seal(decision, sealing), {}, { ...decision, verdict: 'reject' }],
    ['envelope_other_decision', seal(decision, sealing), {}, { ...decision, actor: 'finance-b@example.org' }],
    ['envelope_other_decision', seal(decision, sealing), {}, { ...decision, revision: 3 }],
    ['envelope_other_decision', seal(decision, sealing), {}, { ...decision, amountMinor: 250_001 }],
    ['envelope_other_decision', seal(decision, sealing), {}, { ...decision, reason: 'because' }],
    ['envelope_other_decision', seal(decision, sealing), {}, { ...decision, evidenceHash: 'b'.repeat(64) }],
    ['envelope_other_decision', seal(decision, sealing), {}, { ...decision, breakGlass: true }],
    ['envelope_other_decision', seal(decision, sealing), {}, { ...decision, decisionId: 'page-2' }],
    ['envelope_expired', seal(decision, sealing), { nowMs: nowMs + 600_000 }],
    ['envelope_key_expired', seal(decision, { ...sealing, certificate: certify(root, key, nowMs, nowMs - 2, nowMs - 1) })],
    ['envelope_key_expired', seal(decision, { ...sealing, certificate: certify(root, key, nowMs, nowMs + 1) })],
    ['envelope_key_unknown', seal(decision, sealing), { approvals: signedBy(other) }],
    ['envelope_key_unknown', seal(decision, { ...sealing, key: other, certificate: certify(other, other, nowMs) })],
    ['envelope_key_unknown', seal(decision, { ...sealing, certificate: { ...sealing.certificate, notAfter: '2099-01-01T00:00:00.000Z' } })],
    ['envelope_forged', seal(decision, { ...sealing, key: other })],
    ['envelope_forged', seal(decision, { ...sealing, key: root })],
  ];
  it.each(cases)('is refused as %s (%#)', (code, envelope, change, told) => {
    expect(judge(envelope, change, told)).toBe(code);
    expect(REFUSAL_SENTENCES[code].length).toBeGreaterThan(20);
  });

  it('counts until the instant before it expires', () => {
    expect(judge(seal(decision, sealing), { nowMs: nowMs + 599_999 })).toBeNull();
  });

  it('is accepted in none of 10,000 mutations', { timeout: 60_000 }, () => {
    const whole = seal(decision, sealing);
    const mutants = mutatedEnvelopes(whole, seal({ ...decision, verdict: 'reject' }, sealing), new Draws('mutated envelopes'));
    const codes = new Set<Refusal>();
    for (let tried = 0; tried < 10_000; tried += 1) {
      const mutant = mutants();
      const code = judge(mutant);
      if (code === null) throw new Error(`accepted: ${mutant}`);
      codes.add(code);
    }
    // They reach every check that a mutation can, not only the parser.
    expect([...codes]).toEqual(
      expect.arrayContaining([
        'envelope_malformed',
        'envelope_other_onboarding',
        'envelope_other_decision',
        'envelope_key_unknown',
        'envelope_forged',
      ]),
    );
  });
});

describe('the signature', () => {
  const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

  it('is verified as RFC 8032 (7.1, TEST 2) says', () => {
    const publicKey = hex('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c');
    const signature = hex(
      '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
    );
    expect(ed25519Holds(signature, hex('72'), publicKey)).toBe(true);
    expect(ed25519Holds(signature, hex('73'), publicKey)).toBe(false);
  });

  it('agrees with Node on any message, and has no second spelling', () => {
    const order = 2n ** 252n + 27742317777372353535851937790883648493n;
    for (let length = 0; length < 40; length += 1) {
      const { privateKey, publicKey } = generateKeyPairSync('ed25519');
      const raw = new Uint8Array(publicKey.export({ type: 'spki', format: 'der' }).subarray(-32));
      const message = new Uint8Array(length).map((_, index) => index * 7 + length);
      const signature = new Uint8Array(sign(null, message, privateKey));
      expect(ed25519Holds(signature, message, raw)).toBe(true);
      const scalar = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`) + order;
      const same = Buffer.from(signature);
      same.set(Buffer.from(scalar.toString(16).padStart(64, '0'), 'hex').reverse(), 32);
      expect(ed25519Holds(new Uint8Array(same), message, raw), 'the scalar plus the order of the group').toBe(false);
      expect(ed25519Holds(signature, new Uint8Array([...message, 0]), raw)).toBe(false);
    }
  });

  it('of a key of small order proves nothing, although the equation holds', () => {
    const identity = hex(`01${'00'.repeat(31)}`);
    expect(ed25519Holds(new Uint8Array([...identity, ...new Uint8Array(32)]), hex('72'), identity)).toBe(false);
  });
});
