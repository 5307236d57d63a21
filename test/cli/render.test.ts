import { describe, expect, it } from 'vitest';
import { STEP_IDS } from '../../src/contract/checklist.js';
import type { GateStatus, OnboardingStatus, StepStatus } from '../../src/contract/status.js';
import { endOfWait } from '../../src/cli/follow.js';
import { checksOf } from '../../src/cli/doctor/check.js';
import { renderChanges, renderChecklist, stepWords } from '../../src/cli/render/checklist.js';
import { renderDoctor } from '../../src/cli/render/doctor.js';
import { renderGate, renderInbox } from '../../src/cli/render/gates.js';
import { table } from '../../src/cli/render/table.js';
import { clean, cleanDeep, painter } from '../../src/cli/render/text.js';
import { duration, instant, relative, withReadableInstants } from '../../src/cli/render/time.js';

const now = new Date('2026-11-20T12:00:00.000Z');
const plain = painter(false);

function step(id: StepStatus['id'], change: Partial<StepStatus> = {}): StepStatus {
  return {
    id,
    state: 'done',
    ball: null,
    since: '2026-11-20T11:00:00.000Z',
    expectedBy: null,
    attempts: 1,
    remoteIds: {},
    note: 'done',
    failure: null,
    ...change,
  };
}

function status(
  changes: Partial<Record<StepStatus['id'], Partial<StepStatus>>> = {},
  more: Partial<OnboardingStatus> = {},
): OnboardingStatus {
  return {
    slug: 'school_a',
    legalName: 'Example School',
    vertical: 'private_school',
    mode: 'managed',
    state: 'waiting',
    startedBy: 'ops-a',
    startedAt: '2026-11-20T10:00:00.000Z',
    tenantHash: 'a'.repeat(64),
    steps: STEP_IDS.map((id) => step(id, changes[id])),
    gates: [],
    leftBehind: [],
    ...more,
  };
}

const gate: GateStatus = {
  id: 'initial_funding',
  revision: 2,
  state: 'open',
  evidenceHash: 'b'.repeat(64),
  evidence: { kind: 'initial_funding', amountMinor: 150_000, currency: 'EUR', advertiserName: 'kobi_school_a_tiktok' },
  openedAt: '2026-11-20T11:30:00.000Z',
  dueAt: '2026-11-22T11:30:00.000Z',
  expiresAt: '2026-12-04T11:30:00.000Z',
  needed: 2,
  candidates: ['finance-a', 'finance-b'],
  decisions: [{ decisionId: 'd1', actor: 'finance-a', verdict: 'approve', reason: 'budget agreed', at: '2026-11-20T11:45:00.000Z' }],
};

it('writes the instants in a sentence of the engine as people do', () => {
  expect(withReadableInstants('approver-a said approve at 2026-11-21T14:45:05.609Z; decided 2026-03-01T09:00:00Z.')).toBe(
    'approver-a said approve at 2026-11-21 14:45 UTC; decided 2026-03-01 09:00 UTC.',
  );
});

describe('the checklist for people', () => {
  it('says who has the ball, what failed with the code of TikTok’s request, and the command that mends it', () => {
    const mend = 'kobi retry school_a billing --as PERSON --reason TEXT';
    const text = renderChecklist(
      status({
        tiktok_account: { state: 'waiting_on', ball: 'client', note: 'the owner opens the link', expectedBy: '2026-11-23T12:00:00.000Z' },
        billing: {
          state: 'parked',
          ball: 'kobi',
          failure: { code: 'finance_role', message: 'we are ANALYST', requestId: '2026112012', mend },
        },
      }),
      now,
      plain,
    ).join('\n');
    expect(text).toContain('8 of 10 steps settled');
    expect(text).toMatch(/tiktok_account +waiting on client/);
    expect(text).toContain('expected by 2026-11-23 12:00 UTC (in 3 d)');
    expect(text).toContain("finance_role: we are ANALYST (TikTok's request 2026112012)");
    expect(text).toContain(`mend: ${mend}`);
  });

  it('keeps every state in words where colours are off, and adds colour only on demand', () => {
    const lines = renderChecklist(status({ pixel: { state: 'parked' } }), now, plain);
    expect(lines.join('\n')).not.toContain('\u001B');
    expect(lines.some((line) => /^pixel +parked/.test(line))).toBe(true);
    expect(renderChecklist(status(), now, painter(true)).join('\n')).toContain('\u001B[32mdone\u001B[39m');
  });

  it('tells a pipe one line for each change and nothing when nothing changed', () => {
    const before = status({ pixel: { state: 'running', note: 'at work' } });
    const after = status({}, { state: 'live' });
    expect(renderChanges(before, after, now)).toEqual([
      '2026-11-20T12:00:00.000Z school_a pixel: done · done',
      '2026-11-20T12:00:00.000Z school_a is live',
    ]);
    expect(renderChanges(after, after, now)).toEqual([]);
  });

  it('names the command that shows an open gate, and the one that mends a failure', () => {
    const mend = 'kobi retry school_a pixel --as PERSON --reason TEXT';
    const shown = status(
      {
        billing: { state: 'waiting_on', ball: 'kobi', note: 'waits for 2 decision(s)' },
        pixel: { state: 'parked', failure: { code: 'pixel_ambiguous', message: 'two pixels', mend } },
      },
      { gates: [gate] },
    );
    const words = (id: string) => shown.steps.filter((step) => step.id === id).map((step) => stepWords(step, shown));
    expect(words('billing')).toEqual(['waits for 2 decision(s) · look: kobi gate school_a initial_funding']);
    expect(words('pixel')).toEqual([`pixel_ambiguous: two pixels · mend: ${mend}`]);
  });
});

describe('a gate for its approver', () => {
  const text = renderGate('school_a', gate, [{ id: 'open-day', at: '/media/open_day.mp4' }], now, plain).join('\n');

  it('shows evidence, amount, earlier votes, deadline and what silence leads to', () => {
    expect(text).toContain('asked for: 1500.00 EUR');
    expect(text).toContain('advertiserName: kobi_school_a_tiktok');
    expect(text).toContain('finance-a: approve, 15 min ago: budget agreed');
    expect(text).toContain('needs 2 decisions; may decide: finance-a, finance-b');
    expect(text).toContain('without a decision it expires 2026-12-04 11:30 UTC');
  });

  it('leaves out what a picture does not have, and says TikTok’s words in ours', () => {
    const measured = { format: 'jpg', width: 1_080, height: 1_080, durationSec: 0, bitrateKbps: 0, sizeBytes: 18_804, audio: 'no' };
    const creatives = [
      { id: 'campus', kind: 'image', measured },
      { id: 'open-day', kind: 'video', measured: { ...measured, format: 'mp4' } },
    ];
    const shown = (evidence: unknown): string => renderGate('school_a', { ...gate, evidence }, [], now, plain).join('\n');
    const [image = '', video = ''] = shown({ kind: 'creative_policy', creatives }).split('open-day');
    expect(image).toContain('sizeBytes: 18804');
    expect(image).not.toMatch(/durationSec|bitrateKbps|audio/);
    expect(video).toMatch(/durationSec: 0[^]*bitrateKbps: 0[^]*audio: no/);
    const posts = [
      { id: 'sunrise', status: 'HESITATE_RECOMMEND' },
      { id: 'noon', status: 'UNHEARD_OF' },
    ];
    expect(shown({ kind: 'spark_ads', posts })).toMatch(/status: the post is public \(HESITATE_RECOMMEND\)[^]*status: UNHEARD_OF/);
  });

  it('offers a command that is pinned to the evidence that was shown', () => {
    expect(text).toContain(
      `kobi decide school_a initial_funding approve|reject|request-changes --as PERSON --reason TEXT --amount AMOUNT --revision 2 --evidence-hash ${'b'.repeat(64)}`,
    );
  });

  it('offers nothing to decide once it is decided', () => {
    expect(renderGate('school_a', { ...gate, state: 'approved' }, [], now, plain).join('\n')).not.toContain('kobi decide');
  });

  it('marks what is overdue in the inbox', () => {
    const open = {
      ...gate,
      slug: 'school_a',
      legalName: 'Example School',
      onboardingState: 'waiting' as const,
      startedBy: 'ops-a',
      gate: gate.id,
      approvals: 1,
    };
    const [, , row] = renderInbox([{ ...open, dueAt: '2026-11-20T10:00:00.000Z' }], now, plain);
    expect(row).toMatch(/^school_a +initial_funding +2 +1 of 2 +overdue since 2026-11-20 10:00 UTC \(2 h ago\) +finance-a, finance-b$/);
  });
});

describe('what the doctor found', () => {
  const { ok, fail, unknown } = checksOf('tiktok');

  it('keeps what fails and its fix from drowning in what nothing can tell', () => {
    const fix = 'compare with the portal';
    const lines = renderDoctor(
      [ok('app', 'live'), ...['a', 'b', 'c'].map((name) => unknown(name, '', fix)), fail('role', 'STANDARD', 'make it ADMIN')],
      plain,
    );
    expect(lines).toEqual([
      'ok       tiktok: app                    live',
      'unknown  tiktok: 3 that cannot be told',
      '         - a',
      '         - b',
      '         - c',
      `         fix: ${fix}`,
      'fail     tiktok: role                   STANDARD',
      '         fix: make it ADMIN',
      '',
      '1 of 5 checks fail, 3 cannot be told from here',
    ]);
  });
});

describe('text from outside', () => {
  const hostile = 'refused\u001B[2J\u001B]0;owned\u0007\u001B[31m by\r\nTikTok\u0000\u202Eevil\u009B1m\u200B';

  it('loses escape sequences, control characters, line breaks and marks that turn the text', () => {
    expect(clean(hostile)).toBe('refused by TikTokevil1m');
    expect(cleanDeep({ [`a\u0007`]: [hostile, 1, null] })).toEqual({ a: ['refused by TikTokevil1m', 1, null] });
  });

  it('cannot forge a line of the checklist through a note, a name, a failure or a reason', () => {
    const forged = 'x\nbilling  done';
    const lines = renderChecklist(
      status(
        {
          pixel: { note: forged, remoteIds: { pixelId: forged } },
          catalog: { state: 'parked', failure: { code: 'internal', message: forged, mend: forged } },
        },
        {
          legalName: forged,
          leftBehind: [forged],
          gates: [{ ...gate, decisions: [{ decisionId: 'd', actor: forged, verdict: 'reject', reason: forged, at: now.toISOString() }] }],
        },
      ),
      now,
      plain,
    );
    expect(lines.filter((line) => line.includes('\n'))).toEqual([]);
    expect(lines.filter((line) => line.startsWith('billing'))).toHaveLength(1);
  });
});

describe('times and tables', () => {
  it.each([
    [0, '0 s'],
    [59_000, '59 s'],
    [3_600_000 * 5, '5 h'],
    [90_000, '1 min 30 s'],
    [86_400_000 * 2 + 3_600_000 * 4, '2 d 4 h'],
    [86_400_000 * 40, '40 d'],
  ])('%d ms are %s', (ms, text) => {
    expect(duration(ms)).toBe(text);
  });

  it('gives the instant and how far away it is, before and after now', () => {
    expect(instant('2026-11-20T11:55:00.000Z', now)).toBe('2026-11-20 11:55 UTC (5 min ago)');
    expect(relative('2026-11-20T12:00:00.000Z', now)).toBe('now');
    expect(instant('not a time', now)).toBe('an unknown time');
  });

  it('aligns columns by what is seen, not by colour codes', () => {
    expect(
      table(
        ['a', 'b'],
        [
          ['\u001B[32mlong\u001B[39m', 'x'],
          ['s', 'y'],
        ],
      ),
    ).toEqual(['a     b', '\u001B[32mlong\u001B[39m  x', 's     y']);
  });
});

describe('waiting for an onboarding', () => {
  const waitsForGate = { state: 'waiting_on', ball: 'kobi' } as const;

  it.each([
    ['live ends with done', status({}, { state: 'live' }), 0],
    ['cancelled ends with failed', status({}, { state: 'cancelled' }), 1],
    ['an open gate ends with waiting for people', status({ billing: waitsForGate, launch_check: { state: 'waiting' } }), 3],
    [
      'only parked steps left end with failed',
      status({ billing: { state: 'parked', ball: 'kobi' }, launch_check: { state: 'waiting' } }),
      1,
    ],
    [
      'TikTok at work goes on',
      status({ billing: waitsForGate, business_verification: { state: 'waiting_on', ball: 'tiktok' } }),
      undefined,
    ],
    ['a step that is about to start goes on', status({ launch_check: { state: 'waiting' } }), undefined],
    ['cancelling goes on', status({}, { state: 'cancelling' }), undefined],
    ['paused waits for people', status({}, { state: 'paused' }), 3],
  ] as const)('%s', (_title, shown, code) => {
    expect(endOfWait(shown)).toBe(code);
  });
});
