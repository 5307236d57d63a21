import { describe, expect, it } from 'vitest';
import { STEP_IDS } from '../../src/contract/checklist.js';
import { decisionSchema } from '../../src/contract/messages.js';
import { escapeMarkdown, renderCurrentDetails } from '../../src/domain/current-details.js';
import { initialState, onboardingStateName, statusOf } from '../../src/domain/onboarding-state.js';
import { onboardingInput, school } from '../workflow/tenant.js';

const now = '2026-11-21T08:00:00.000Z';

describe('current details', () => {
  it('names every step, and for a parked one the code, the sentence and the command that mends it', () => {
    const state = initialState(onboardingInput(school('alpine_school')), now);
    state.steps.pixel = {
      ...state.steps.pixel,
      state: 'parked',
      ball: 'kobi',
      failure: { code: 'pixel_ambiguous', message: 'two pixels', requestId: '2026' },
    };
    const text = renderCurrentDetails(statusOf(state));
    for (const step of STEP_IDS) expect(text).toContain(`\`${step}\``);
    expect(text).toContain('pixel_ambiguous');
    expect(text).toContain('kobi retry alpine_school pixel');
    expect(text).toContain('2026');
  });

  it('tells what TikTok will show by itself and by when, at a step that is done', () => {
    const state = initialState(onboardingInput(school('alpine_school')), now);
    state.steps.pixel = {
      ...state.steps.pixel,
      state: 'done',
      expects: { what: 'Events Manager shows Lead', by: '2026-11-21T09:30:00.000Z' },
    };
    expect(renderCurrentDetails(statusOf(state))).toContain('Events Manager shows Lead: by 2026-11-21 09:30 UTC');
    expect(onboardingStateName(state)).toBe('running');
  });

  it('offers an open gate’s decision as JSON ready to paste', () => {
    const state = initialState(onboardingInput(school('alpine_school')), now);
    state.gates.creative_policy = {
      id: 'creative_policy',
      revision: 2,
      state: 'open',
      evidenceHash: 'a'.repeat(64),
      evidence: {},
      openedAt: now,
      dueAt: now,
      expiresAt: now,
      needed: 1,
      candidates: ['approver-a@example.org'],
      decisions: [],
      nextReminderAt: now,
      escalateAt: now,
      escalated: false,
      reopens: false,
    };
    const json = /```json\n([\s\S]*?)\n```/.exec(renderCurrentDetails(statusOf(state)))?.[1] ?? '';
    expect(JSON.parse(json)).toMatchObject({
      gate: 'creative_policy',
      revision: 2,
      evidenceHash: 'a'.repeat(64),
      actor: 'approver-a@example.org',
    });
  });

  it('where decisions are signed, offers no JSON that the run would refuse, but the command that signs one', () => {
    const rootPublicKey = 'ab'.repeat(32);
    const state = initialState({ ...onboardingInput(school('alpine_school')) }, now);
    state.approvals = { mode: 'signed', rootPublicKey };
    state.gates.initial_funding = {
      id: 'initial_funding',
      revision: 1,
      state: 'open',
      evidenceHash: 'b'.repeat(64),
      evidence: { amountMinor: 500_000, currency: 'EUR' },
      openedAt: now,
      dueAt: now,
      expiresAt: now,
      needed: 2,
      candidates: ['finance-a', 'finance-b'],
      decisions: [],
      nextReminderAt: now,
      escalateAt: now,
      escalated: false,
      reopens: false,
    };
    const text = renderCurrentDetails(statusOf(state));
    expect(text).not.toContain('```json');
    expect(text).not.toContain('Approvals are open');
    expect(text).toContain('kobi envelope alpine_school initial_funding approve --as finance-a --reason TEXT --amount AMOUNT');
    state.approvals = { mode: 'open' };
    expect(renderCurrentDetails(statusOf(state))).toContain('**Approvals are open**');
  });

  it('offers the second decision about money to the other person, under another id, with the amount', () => {
    const state = initialState(onboardingInput(school('alpine_school')), now);
    state.gates.initial_funding = {
      id: 'initial_funding',
      revision: 1,
      state: 'open',
      evidenceHash: 'b'.repeat(64),
      evidence: { amountMinor: 500_000, currency: 'EUR' },
      openedAt: now,
      dueAt: now,
      expiresAt: now,
      needed: 2,
      candidates: ['finance-a', 'finance-b'],
      decisions: [{ decisionId: 'ui-initial_funding-1-1', actor: 'finance-a', verdict: 'approve', reason: 'as agreed', at: now }],
      nextReminderAt: now,
      escalateAt: now,
      escalated: false,
      reopens: false,
    };
    const text = renderCurrentDetails(statusOf(state));
    expect(text).toContain('finance-a: **approve**, 2026-11-21 08:00 UTC · as agreed');
    const decision = decisionSchema().parse(JSON.parse(/```json\n([\s\S]*?)\n```/.exec(text)?.[1] ?? ''));
    expect(decision).toMatchObject({ actor: 'finance-b', amountMinor: 500_000, decisionId: 'ui-initial_funding-1-2' });
  });

  it('keeps a web address whole, and writes times as people read them', () => {
    const state = initialState(onboardingInput(school('alpine_school')), now);
    state.steps.tiktok_account = {
      ...state.steps.tiktok_account,
      state: 'waiting_on',
      ball: 'client',
      expectedBy: '2026-11-24T08:01:16.527Z',
      note: 'the owner of *alpine_school* opens https://business.example.org/link?bc_id=73&x=1 and agrees',
    };
    const text = renderCurrentDetails(statusOf(state));
    expect(text).toContain('<https://business.example.org/link?bc_id=73&x=1>');
    expect(text).toContain('**waiting on client**, expected by 2026-11-24 08:01 UTC');
    expect(text).not.toContain('*alpine_school*');
  });

  it('lets no tenant name become markup', () => {
    const text = escapeMarkdown('<img src=x onerror=alert(1)> [a](javascript:x) | **b**\n# c');
    expect(text).not.toMatch(/[<>[\]()*|\n]/);
    expect(text).not.toMatch(/(^|[^&])#/);
  });
});

describe('the state of an onboarding', () => {
  it('leaves nobody with the ball once it ends, whatever a step was waiting for', () => {
    const state = initialState(onboardingInput(school('alpine_school')), now);
    Object.assign(state.steps.tiktok_account, { state: 'waiting', ball: 'client', expectedBy: now });
    state.phase = 'cancelled';
    expect(statusOf(state).steps.filter((step) => step.ball !== null || step.expectedBy !== null)).toEqual([]);
  });

  it('is parked when any step is, waiting when nothing is at work, and paused above both', () => {
    const state = initialState(onboardingInput(school('alpine_school')), now);
    state.steps.pixel.state = 'waiting_on';
    expect(onboardingStateName(state)).toBe('waiting');
    state.steps.billing.state = 'running';
    expect(onboardingStateName(state)).toBe('running');
    state.steps.catalog.state = 'parked';
    expect(onboardingStateName(state)).toBe('parked');
    state.paused = true;
    expect(onboardingStateName(state)).toBe('paused');
  });
});
