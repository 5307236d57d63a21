import type { GateStatus, OnboardingStatus, StepStatus } from '../contract/status.js';

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

function stepLine(step: StepStatus): string {
  const ball = step.ball ? ` · ball: **${step.ball}**` : '';
  const expected = step.expectedBy ? ` · expected by ${step.expectedBy}` : '';
  const failure = step.failure
    ? `<br>**${step.failure.code}**: ${escapeMarkdown(step.failure.message)}${step.failure.requestId ? ` (request ${escapeMarkdown(step.failure.requestId)})` : ''}<br>mend: \`${step.failure.mend.replaceAll('`', '')}\``
    : '';
  return `| ${MARK[step.state]} \`${step.id}\` | ${step.state}${ball}${expected} | ${escapeMarkdown(step.note)}${failure} |`;
}

function openGate(gate: GateStatus): string[] {
  const decision = {
    decisionId: `ui-${gate.id}-${gate.revision}`,
    gate: gate.id,
    revision: gate.revision,
    verdict: 'approve',
    actor: gate.candidates[0] ?? 'PERSON',
    reason: 'REASON',
    evidenceHash: gate.evidenceHash,
  };
  return [
    `### Gate \`${gate.id}\`, revision ${gate.revision}`,
    `Due ${gate.dueAt}, expires ${gate.expiresAt}. Needs ${gate.needed} decision(s); may decide: ${gate.candidates.map(escapeMarkdown).join(', ') || 'nobody (check people.yaml)'}.`,
    'Signal or update `decide` with this JSON (change actor, verdict and reason; a new decisionId for a new decision):',
    '```json',
    JSON.stringify(decision, null, 2),
    '```',
  ];
}

/** The live checklist in Markdown, shown by the Temporal UI as the run's current details. */
export function renderCurrentDetails(status: OnboardingStatus): string {
  const done = status.steps.filter((step) => step.state === 'done' || step.state === 'skipped').length;
  return [
    `**${escapeMarkdown(status.legalName)}** (\`${status.slug}\`, ${status.mode}) is **${status.state}**: ${done} of ${status.steps.length} steps done.`,
    '',
    '| step | state | what |',
    '|---|---|---|',
    ...status.steps.map(stepLine),
    '',
    ...status.gates.filter((gate) => gate.state === 'open').flatMap(openGate),
    ...(status.leftBehind.length > 0 ? ['### Left behind at TikTok', ...status.leftBehind.map((line) => `- ${escapeMarkdown(line)}`)] : []),
  ].join('\n');
}
