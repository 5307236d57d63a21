import { Webhook } from 'standardwebhooks';
import type { Notice } from '../store/notices.js';
import type { Channel } from './channel.js';
import { postJson } from './post.js';
import { gateOf } from './recipients.js';

export interface WebhookEndpoint {
  readonly name: string;
  readonly url: string;
  /** `whsec_` and base64, the newest first. Each signs, so that the receiver can change over at any moment. */
  readonly secrets: readonly string[];
  /** Types that it wants; all when left out. */
  readonly types?: readonly string[];
}

const TYPES: Readonly<Record<string, string>> = { decision_accepted: 'gate.decided' };

/** The event's type as receivers see it, such as `gate.opened` or `onboarding.live`. */
export function eventTypeOf(kind: string): string {
  return TYPES[kind] ?? kind.replace('_', '.');
}

/** Ids and words of the engine only; whoever needs more asks the API, where its rights are checked. */
function eventOf(notice: Notice): Readonly<Record<string, unknown>> {
  const { kind, slug, gate, at, body, ledger } = notice;
  const named = (...names: string[]): Record<string, unknown> =>
    Object.fromEntries(names.filter((name) => body[name] !== undefined && body[name] !== null).map((name) => [name, body[name]]));
  return {
    type: eventTypeOf(kind),
    timestamp: at.toISOString(),
    data: {
      slug,
      ...(gate === undefined ? {} : { gate }),
      ...named('revision', 'step', 'code', 'verdict', 'needed', 'evidenceHash'),
      ...(kind === 'decision_accepted' && ledger ? { actor: ledger.actor } : {}),
      ...(gateOf(notice) ? { dueAt: gateOf(notice)?.dueAt } : {}),
      ...(ledger ? { ledger: { seq: ledger.seq, hash: ledger.hash } } : {}),
    },
  };
}

/**
 * Signed webhooks by the Standard Webhooks specification: `webhook-id` is the same at every attempt, `webhook-timestamp` is that of the
 * attempt and signed with it, so that a receiver refuses what is old and drops what it has seen.
 */
export function signedWebhookChannel({ name, url, secrets, types }: WebhookEndpoint): Channel {
  const signers = secrets.map((secret) => new Webhook(secret));
  return {
    name: `webhook:${name}`,
    forPeople: false,
    targets: ({ kind }) => (types === undefined || types.includes(eventTypeOf(kind)) ? [name] : []),
    async send({ id, notices, now }) {
      for (const notice of notices) {
        const body = JSON.stringify(eventOf(notice));
        await postJson(url, body, {
          'webhook-id': `msg_${id}`,
          'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
          'webhook-signature': signers.map((signer) => signer.sign(`msg_${id}`, now, body)).join(' '),
        });
      }
      return true;
    },
  };
}
