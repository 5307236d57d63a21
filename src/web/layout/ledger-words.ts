import { z } from 'zod';
import { GATE_IDS, STEP_IDS } from '../../contract/checklist.js';
import { REFUSALS, VERDICTS, type Verdict } from '../../contract/messages.js';
import { refusalOfAnother } from '../../domain/gate-policy.js';
import type { LedgerRow } from '../../domain/ledger-chain.js';
import { SAYS_OF_GATE, SAYS_OF_STEP } from './words.js';

/** A row of the ledger as people read it. */
export interface RowInWords {
  /** What happened, such as `approved Creative policy, revision 2`. */
  readonly what: string;
  readonly tone: 'good' | 'bad' | 'wait' | 'soft';
  /** What was said or found; empty when nothing was. */
  readonly why: string;
}

const payloadSchema = z.object({
  gate: z.enum(GATE_IDS).optional().catch(undefined),
  step: z.enum(STEP_IDS).optional().catch(undefined),
  revision: z.int().optional().catch(undefined),
  verdict: z.enum(VERDICTS).optional().catch(undefined),
  refusal: z.enum(REFUSALS).optional().catch(undefined),
  verb: z.string().optional().catch(undefined),
  via: z.string().optional().catch(undefined),
  breakGlass: z.boolean().optional().catch(undefined),
  reason: z.string().catch(''),
  message: z.string().catch(''),
  unanswered: z.string().optional().catch(undefined),
  found: z.boolean().optional().catch(undefined),
  item: z.string().optional().catch(undefined),
  events: z.array(z.object({ event: z.string() })).catch([]),
  left: z.array(z.object({ name: z.string(), why: z.string() })).catch([]),
});
type Payload = z.infer<typeof payloadSchema>;

const DECIDED: Readonly<Record<Verdict, string>> = {
  approve: 'approved',
  reject: 'rejected',
  request_changes: 'asked for changes to',
  withdraw: 'withdrew',
};
const TRIED: Readonly<Record<Verdict, string>> = {
  approve: 'approve',
  reject: 'reject',
  request_changes: 'ask for changes to',
  withdraw: 'withdraw',
};
const VERBS: Readonly<Record<string, string>> = {
  retry: 'tried again',
  skip: 'left out',
  amend: 'amended the tenant',
  pause: 'paused the onboarding',
  resume: 'resumed the onboarding',
  cancel: 'cancelled the onboarding',
  provide: 'handed in what was waited for',
};

type Say = (about: { readonly payload: Payload; readonly gate: string; readonly step: string; readonly how: string }) => RowInWords;

/** A row that needs no more than its sentence. */
function plain(tone: RowInWords['tone'], what: (about: Parameters<Say>[0]) => string): Say {
  return (about) => ({ tone, what: what(about), why: about.payload.reason || about.payload.message });
}

function triedVerb({ payload, step }: Parameters<Say>[0]): RowInWords {
  const verb = VERBS[payload.verb ?? ''] ?? payload.verb ?? 'a verb';
  return { tone: 'bad', what: `was refused: ${verb}${step === '' ? '' : ` ${step}`}`, why: payload.reason };
}

const SAYS: Readonly<Record<string, Say>> = {
  onboarding_started: plain('soft', () => 'started the onboarding'),
  onboarding_live: plain('good', () => 'the tenant is live'),
  onboarding_cancelled: plain('soft', () => 'the onboarding is cancelled'),
  gate_opened: plain('wait', ({ gate }) => `asks for a decision: ${gate}`),
  gate_reminded: plain('wait', ({ gate }) => `reminded whoever may decide ${gate}`),
  gate_escalated: plain('bad', ({ gate }) => `told more people, because nobody decided ${gate}`),
  gate_expired: plain('bad', ({ gate }) => `${gate} expired without a decision; nothing was approved`),
  gate_claimed: plain('soft', ({ gate }) => `looks after ${gate}`),
  gate_unclaimed: plain('soft', ({ gate }) => `no longer looks after ${gate}`),
  decision_accepted: ({ payload, gate, how }) => ({
    tone: payload.verdict === 'approve' ? 'good' : 'bad',
    what: `${DECIDED[payload.verdict ?? 'withdraw']} ${gate}${payload.breakGlass === true ? ', breaking the glass' : ''}${how}`,
    why: payload.reason,
  }),
  decision_refused: ({ payload, gate, how }) => ({
    tone: 'bad',
    what: `tried to ${TRIED[payload.verdict ?? 'withdraw']} ${gate}${how} and was refused`,
    why: [payload.refusal === undefined ? '' : refusalOfAnother(payload.refusal), payload.reason && `They wrote: “${payload.reason}”`]
      .filter((part) => part !== '')
      .join(' '),
  }),
  decision_unreadable: plain('bad', ({ how }) => `heard a message${how} that is no decision, and dropped it`),
  envelope_signed: ({ payload, gate }) => ({
    tone: 'soft',
    what: `took a signature with them to ${TRIED[payload.verdict ?? 'withdraw']} ${gate} in the Temporal UI`,
    why: payload.reason,
  }),
  envelope_refused: ({ payload, gate }) => ({
    tone: 'bad',
    what: `asked for a signature to ${TRIED[payload.verdict ?? 'withdraw']} ${gate} and was refused`,
    why: [payload.refusal === undefined ? '' : refusalOfAnother(payload.refusal), payload.reason && `They wrote: “${payload.reason}”`]
      .filter((part) => part !== '')
      .join(' '),
  }),
  decision_outcome: ({ payload, gate }) => ({
    tone: 'bad',
    what:
      payload.unanswered === 'onboarding_gone'
        ? `tried to decide ${gate} after the onboarding had ended and was refused`
        : `sent a decision on ${gate} that nobody answered`,
    why: payload.message,
  }),
  review_opened: plain('wait', ({ gate }) => `asks somebody to look back at the broken glass of ${gate}`),
  review_confirmed: plain('good', ({ gate }) => `found the broken glass of ${gate} right`),
  review_objected: plain('bad', ({ gate }) => `objected to the broken glass of ${gate}`),
  review_refused: plain('bad', ({ gate }) => `tried to review the broken glass of ${gate} and was refused`),
  step_parked: plain('bad', ({ step }) => `${step} needs mending`),
  test_events_accepted: ({ payload }) => ({
    tone: 'good',
    what: `proved ${payload.events.map(({ event }) => event).join(', ')} with test events that TikTok accepted`,
    why: payload.left.map(({ name, why }) => `${name} is not sent: ${why}`).join(' '),
  }),
  outcome_settled: ({ payload }) => ({
    tone: 'soft',
    what: 'found out by reading what became of a call that TikTok did not answer',
    why: payload.found === true ? 'It had happened and was adopted.' : 'It had not happened.',
  }),
  verb_retry: plain('soft', ({ step }) => `tried again ${step || 'all that needed mending'}`),
  verb_skip: plain('soft', ({ step }) => `left out ${step}`),
  verb_refused: triedVerb,
  client_link_created: plain('soft', ({ step, payload }) => `made a link for the client: ${payload.item ?? step}`),
  client_link_revoked: plain('soft', () => 'took a link back from the client'),
  client_link_used: plain('good', ({ step }) => `answered by link: ${step}`),
  client_link_refused: plain('bad', () => 'answered by link and was refused'),
  client_uploaded: plain('good', () => 'handed in a file by link'),
  client_confirmed_account: plain('good', () => 'says that the TikTok account is connected'),
  test_events_handed_in: plain('soft', () => 'had test events of conversion events sent'),
  events_moved: plain('soft', () => 'let waiting conversion events go to the destination of the settings'),
  events_replayed: plain('soft', () => 'put conversion events back into the queue'),
  person_forgotten: plain('soft', () => 'had a person forgotten in the conversion events'),
  client_confirmed_music: plain('good', () => 'confirmed music rights by link'),
};

/** A row in words, or undefined for one that only says again what another row says. A kind of a later release is shown by its name. */
export function rowInWords({ kind, payload: given }: Pick<LedgerRow, 'kind' | 'payload'>): RowInWords | undefined {
  const payload = payloadSchema.parse(given);
  if (kind === 'decision_attempted' || (kind === 'decision_outcome' && payload.unanswered === undefined)) return undefined;
  const revision = payload.revision === undefined ? '' : `, revision ${payload.revision}`;
  const gate = payload.gate === undefined ? 'a gate' : `${SAYS_OF_GATE[payload.gate]}${revision}`;
  const step = payload.step === undefined ? '' : SAYS_OF_STEP[payload.step];
  const how = payload.via === 'signal' ? ' from the Temporal UI' : '';
  const say = SAYS[kind] ?? plain('soft', () => VERBS[kind.replace(/^verb_/, '')] ?? kind.replaceAll('_', ' '));
  return say({ payload, gate, step, how });
}

/** Who did it: the engine's own rows name nobody. */
export function actorInWords(actor: string): string {
  return actor === 'engine' ? 'The engine' : actor.replace(/^client \(link (\d+)\)$/, 'The client, by link $1,');
}
