import { z } from 'zod';
import { FAILURES } from '../contract/failures.js';
import type { Decision } from '../contract/messages.js';
import type { GateStatus, OnboardingStatus, StepStatus } from '../contract/status.js';

const amountSchema = z.object({ amountMinor: z.int().nonnegative() });

const MARK: Readonly<Record<StepStatus['state'], string>> = {
  waiting: '◌',
  running: '▶',
  waiting_on: '⏳',
  parked: '⛔',
  done: '✅',
  skipped: '➖',
  undone: '↩',
};

/** Text from a tenant or from TikTok must not become Markdown of ours: everything that could is written as a character reference. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[&<>[\]()*_`|#\\~!]/g, (character) => `&#${character.codePointAt(0) ?? 0};`);
}

/** A note with its web addresses kept as links; a character reference inside an address would break it. */
function linked(text: string): string {
  return text
    .split(/(https?:\/\/[\w\-./:?&=%+~@,;]*[\w/])/)
    .map((part, index) => (index % 2 === 1 ? `<${part}>` : escapeMarkdown(part)))
    .join('');
}

/** `2026-11-24 08:01 UTC` */
function minuteOf(instant: string): string {
  return `${instant.slice(0, 16).replace('T', ' ')} UTC`;
}

function stepLines(step: StepStatus): string[] {
  const state = step.state === 'waiting_on' ? `waiting on ${step.ball ?? 'somebody'}` : step.state;
  const expected = step.expectedBy ? `, expected by ${minuteOf(step.expectedBy)}` : '';
  const note = step.note === '' ? '' : ` · ${linked(step.note)}`;
  const line = `- ${MARK[step.state]} \`${step.id}\` **${state}**${expected}${note}`;
  const shows = step.expects ? [`  - ${linked(step.expects.what)}: by ${minuteOf(step.expects.by)}`] : [];
  if (!step.failure) return [line, ...shows];
  const request = step.failure.requestId ? ` (request ${escapeMarkdown(step.failure.requestId)})` : '';
  return [
    line,
    `  - **${step.failure.code}**: ${linked(step.failure.message)}${request}`,
    `  - ${FAILURES[step.failure.code].sentence}`,
    `  - mend: \`${step.failure.mend.replaceAll('`', '')}\``,
  ];
}

/**
 * The decision that is due next, by somebody who may still give it and under an id of its own, so that it counts when it is pasted as
 * it stands. The amount is in it, because a form of the Temporal UI is no place to work out minor units.
 */
function nextDecision(gate: GateStatus): Decision {
  const voted = new Set(gate.decisions.map((vote) => vote.actor));
  const money = amountSchema.safeParse(gate.evidence);
  return {
    decisionId: `ui-${gate.id}-${gate.revision}-${gate.decisions.length + 1}`,
    gate: gate.id,
    revision: gate.revision,
    verdict: 'approve',
    actor: gate.candidates.find((candidate) => !voted.has(candidate)) ?? 'PERSON',
    reason: 'decided in the Temporal UI',
    evidenceHash: gate.evidenceHash,
    ...(gate.id === 'initial_funding' && money.success ? { amountMinor: money.data.amountMinor } : {}),
  };
}

function pasteableDecision(gate: GateStatus): string[] {
  return [
    '**Approvals are open**: whoever can send a signal decides, in any name. Signal or update `decide` with this JSON (change actor, verdict and reason; a new decisionId for a new decision):',
    '```json',
    JSON.stringify(nextDecision(gate), null, 2),
    '```',
  ];
}

/** What pastes a decision into the Temporal UI: the run would refuse one that is written by hand. */
function signingCommand(slug: string, gate: GateStatus): string[] {
  const { actor, amountMinor } = nextDecision(gate);
  const amount = amountMinor === undefined ? '' : ' --amount AMOUNT';
  return [
    'Only signed decisions count. Decide with the desk or `kobi decide`, or let this print what to paste into the signal `decide`:',
    '```sh',
    `kobi envelope ${slug} ${gate.id} approve --as ${actor} --reason TEXT${amount}`,
    '```',
  ];
}

function openGate({ slug, approvals }: OnboardingStatus, gate: GateStatus): string[] {
  return [
    `### Gate \`${gate.id}\`, revision ${gate.revision}`,
    `Due ${minuteOf(gate.dueAt)}, expires ${minuteOf(gate.expiresAt)}. Needs ${gate.needed === 1 ? 'one decision' : `${gate.needed} decisions`}; may decide: ${gate.candidates.map(escapeMarkdown).join(', ') || 'nobody (check people.yaml)'}.`,
    ...gate.decisions.map(
      (vote) => `- ${escapeMarkdown(vote.actor)}: **${vote.verdict}**, ${minuteOf(vote.at)} · ${escapeMarkdown(vote.reason)}`,
    ),
    ...(approvals === 'signed' ? signingCommand(slug, gate) : pasteableDecision(gate)),
  ];
}

/** The live checklist in Markdown, shown by the Temporal UI as the run's current details. */
export function renderCurrentDetails(status: OnboardingStatus): string {
  const done = status.steps.filter((step) => step.state === 'done' || step.state === 'skipped').length;
  return [
    `**${escapeMarkdown(status.legalName)}** (\`${status.slug}\`, ${status.mode}) is **${status.state}**: ${done} of ${status.steps.length} steps done.`,
    '',
    ...status.steps.flatMap(stepLines),
    '',
    ...status.gates.filter((gate) => gate.state === 'open').flatMap((gate) => openGate(status, gate)),
    ...(status.leftBehind.length > 0 ? ['### Left behind at TikTok', ...status.leftBehind.map((line) => `- ${escapeMarkdown(line)}`)] : []),
  ].join('\n');
}
