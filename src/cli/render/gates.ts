import type { GateDecision, GateStatus } from '../../contract/status.js';
import type { InboxGate } from '../../store/inbox.js';
import { amountText } from '../../domain/money.js';
import { fundingOf } from '../funding.js';
import type { Exhibit } from '../exhibits.js';
import { readableEvidence } from './evidence.js';
import { table } from './table.js';
import { clean, outline, type Paint } from './text.js';
import { instant, relative } from './time.js';
import { counted } from '../../domain/counted.js';

function due(iso: string, now: Date, paint: Paint): string {
  const past = Date.parse(iso) < now.getTime();
  return paint(past ? 'bad' : 'calm', `${past ? 'overdue since' : 'due'} ${instant(iso, now)}`);
}

/** The command that decides a gate, pinned to the evidence that was shown. */
export function decideCommand(slug: string, gate: GateStatus): string {
  const amount = gate.id === 'initial_funding' ? ` --amount AMOUNT` : '';
  return `kobi decide ${slug} ${gate.id} approve|reject|request-changes --as PERSON --reason TEXT${amount} --revision ${gate.revision} --evidence-hash ${gate.evidenceHash}`;
}

function said({ actor, verdict, reason, at }: GateDecision, now: Date): string {
  return `${clean(actor)}: ${verdict.replace('_', ' ')}, ${relative(at, now)}${reason === '' ? '' : `: ${clean(reason)}`}`;
}

/** A gate within a checklist: its state, who decided or may decide, and how. */
export function gateSummary(slug: string, gate: GateStatus, now: Date, paint: Paint): string[] {
  const head = `gate ${paint('strong', gate.id)}, revision ${gate.revision}: ${paint(gate.state === 'open' ? 'warn' : 'strong', gate.state.replace('_', ' '))}`;
  const decisions = gate.decisions.map((decision) => `    ${said(decision, now)}`);
  if (gate.state !== 'open') return [head, ...decisions];
  return [
    `${head}, ${due(gate.dueAt, now, paint)}`,
    ...decisions,
    `    needs ${counted(gate.needed, 'decision')}; may decide: ${gate.candidates.map(clean).join(', ') || 'nobody (see people.yaml)'}`,
    `    look: ${paint('strong', `kobi gate ${slug} ${gate.id}`)}`,
  ];
}

/** One gate with its evidence: all that an approver needs to see, and what each answer leads to. */
export function renderGate(slug: string, gate: GateStatus, exhibits: readonly Exhibit[], now: Date, paint: Paint): string[] {
  const funding = fundingOf(gate.evidence);
  return [
    ...gateSummary(slug, gate, now, paint).slice(0, -1 * Number(gate.state === 'open')),
    `    opened ${instant(gate.openedAt, now)}; without a decision it expires ${instant(gate.expiresAt, now)} and the step parks`,
    ...(funding ? [`    asked for: ${paint('strong', amountText(funding.amountMinor, funding.currency))}`] : []),
    ...(exhibits.length > 0 ? ['', 'look at:', ...exhibits.map(({ id, at }) => `  ${clean(id)}: ${paint('strong', clean(at))}`)] : []),
    '',
    'evidence:',
    ...outline(readableEvidence(gate.evidence), '  '),
    `evidence hash ${gate.evidenceHash}`,
    ...(gate.state === 'open'
      ? [
          '',
          'approve: the step goes on with exactly this evidence · reject: the step parks until it is amended · request-changes: the client is asked',
          paint('strong', decideCommand(slug, gate)),
        ]
      : []),
  ];
}

type Shown = Pick<InboxGate, 'slug' | 'gate' | 'revision' | 'approvals' | 'needed' | 'dueAt' | 'candidates'>;

/** The inbox: open gates of all tenants, most urgent first. */
export function renderInbox(gates: readonly Shown[], now: Date, paint: Paint): string[] {
  if (gates.length === 0) return ['no gate waits for anybody'];
  return [
    counted(gates.length, 'open gate'),
    ...table(
      ['tenant', 'gate', 'revision', 'decisions', 'due', 'may decide'],
      gates.map((gate) => [
        gate.slug,
        gate.gate,
        String(gate.revision),
        `${gate.approvals} of ${gate.needed}`,
        due(gate.dueAt, now, paint),
        gate.candidates.map(clean).join(', ') || 'nobody (see people.yaml)',
      ]),
    ),
    'look at one: kobi gate TENANT GATE',
  ];
}
