import { sql } from 'kysely';
import { type Ball, type GateId, STEP_IDS } from '../src/contract/checklist.js';
import type { GateStatus, OnboardingStatus, StepStatus } from '../src/contract/status.js';
import type { Database } from '../src/store/database.js';
import { saveStatus } from '../src/store/onboardings.js';

const DAY_MS = 86_400_000;
const GATES: readonly GateId[] = ['creative_policy', 'spark_ads', 'initial_funding', 'business_verification'];
const BALLS: readonly Ball[] = ['kobi', 'client', 'tiktok'];
/** Rows of the ledger of each tenant. */
const LEDGER_ROWS = 25;
const AT_ONCE = 8;
/** Tenants of one statement, which a busy machine must end within the database's limit. */
const PORTION = 500;

export const slugOf = (index: number): string => `tenant_${String(index).padStart(5, '0')}`;
export const advertiserOf = (index: number): string => `73000000001${String(index).padStart(8, '0')}`;

function evidenceOf(gate: GateId, index: number): unknown {
  switch (gate) {
    case 'creative_policy':
      return { kind: gate, creatives: Array.from({ length: 3 }, (_, nth) => creativeOf(`clip-${nth}`)) };
    case 'spark_ads':
      return { kind: gate, advertiserId: advertiserOf(index), posts: [] };
    case 'initial_funding':
      return {
        kind: gate,
        amountMinor: 100_000 + index * 100,
        currency: index % 5 === 0 ? 'USD' : 'EUR',
        advertiserId: advertiserOf(index),
        advertiserName: `kobi_${slugOf(index)}_tiktok`,
        bcId: '7300000000000000001',
        budgetCapMinor: null,
        thresholdMinor: 100_000,
        paymentModel: 'transfer',
      };
    case 'business_verification':
      return {
        kind: gate,
        advertiserId: advertiserOf(index),
        status: 'STATUS_ENABLE',
        verificationStatus: '',
        rejectionReason: '',
        legalName: '',
        country: 'DE',
      };
  }
}

function creativeOf(id: string): object {
  const measured = {
    kind: 'video',
    format: 'mp4',
    codec: 'AVC',
    width: 720,
    height: 1_280,
    durationSec: 24,
    bitrateKbps: 2_100,
    sizeBytes: 6_400_000,
  };
  return {
    id,
    kind: 'video',
    text: 'Visit us',
    music: { source: 'none' },
    declarations: [],
    sha256: 'a'.repeat(64),
    verdict: 'accept',
    measured,
    findings: [],
  };
}

function gatesOf(index: number, since: number): GateStatus[] {
  return Array.from({ length: 1 + (index % 4) }, (_, nth) => GATES[(index + nth) % GATES.length] ?? 'creative_policy').map((id, nth) => ({
    id,
    revision: 1 + (index % 3),
    state: nth === 0 && index % 10 < 6 ? 'open' : nth === 1 && index % 10 < 2 ? 'changes_requested' : 'approved',
    evidenceHash: 'a'.repeat(64),
    evidence: evidenceOf(id, index),
    openedAt: new Date(since).toISOString(),
    dueAt: new Date(since + 2 * DAY_MS).toISOString(),
    expiresAt: new Date(since + 60 * DAY_MS).toISOString(),
    needed: id === 'initial_funding' ? 2 : 1,
    candidates: ['approver-a', 'finance-a'],
    decisions: [],
  }));
}

function stepsOf(index: number, since: number): StepStatus[] {
  return STEP_IDS.map((id, nth) => {
    const state = (['done', 'done', 'waiting_on', 'parked', 'running', 'waiting'] as const)[(index + nth) % 6] ?? 'done';
    const waits = state === 'waiting_on' || state === 'parked';
    return {
      id,
      state,
      ball: waits ? (state === 'parked' ? 'kobi' : (BALLS[(index + nth) % 3] ?? 'kobi')) : null,
      since: new Date(since + nth * 60_000).toISOString(),
      expectedBy: state === 'waiting_on' ? new Date(since + 3 * DAY_MS).toISOString() : null,
      attempts: 1,
      remoteIds:
        id === 'advertiser_account' ? { advertiserId: advertiserOf(index) } : id === 'pixel' ? { pixelCode: `CPIXEL${index}` } : {},
      note: 'as the benchmark made it',
      failure:
        state === 'parked'
          ? { code: 'tiktok_unavailable', message: 'TikTok did not answer', requestId: `REQ${index}${id}`, mend: 'kobi retry' }
          : null,
    };
  });
}

function statusOf(index: number, now: number): OnboardingStatus {
  const since = now - (index % 40) * DAY_MS - 3_600_000;
  const state =
    (['waiting', 'waiting', 'parked', 'running', 'waiting', 'waiting', 'paused', 'live', 'waiting', 'cancelled'] as const)[index % 10] ??
    'waiting';
  return {
    slug: slugOf(index),
    legalName: `Company ${index} GmbH`,
    vertical: 'tourism',
    mode: 'managed',
    state,
    startedBy: 'ops-a',
    startedAt: new Date(since).toISOString(),
    tenantHash: 'b'.repeat(64),
    approvals: 'signed',
    steps: stepsOf(index, since),
    gates: gatesOf(index, since),
    leftBehind: [],
  };
}

/** Rows that timelines and histories read; their hashes are no chain, for nothing here verifies one. */
async function fillLedger(db: Database, from: number, to: number): Promise<void> {
  await sql`
    insert into ledger (slug, seq, prev, hash, kind, key, actor, payload, at)
    select 'tenant_' || lpad(t::text, 5, '0'), n, repeat('0', 64), repeat('0', 64),
      case n % 4 when 0 then 'gate_opened' when 1 then 'decision_refused' when 2 then 'decision_accepted' else 'step_parked' end, 'bench:' || n, 'ops-a',
      jsonb_build_object('gate', 'creative_policy', 'revision', 1 + n % 3, 'verdict', 'approve', 'refusal', 'wrong_person', 'reason', 'looks right',
        'requestId', 'R' || t || '-' || n),
      now() - make_interval(hours => ${LEDGER_ROWS} - n)
    from generate_series(${from}::int, ${to - 1}::int) as t, generate_series(1, ${LEDGER_ROWS}::int) as n`.execute(db);
}

/** Earlier waits of every step, so that the board's clocks have something to count. */
async function fillSpans(db: Database): Promise<void> {
  await sql`
    insert into step_spans (slug, step, since, state, ball, expected_by)
    select slug, step, since - make_interval(hours => n * 5), case n % 2 when 0 then 'waiting_on' else 'running' end,
      case n % 2 when 0 then 'client' end, case n % 2 when 0 then since end
    from step_spans, generate_series(1, 3) as n
    on conflict do nothing`.execute(db);
  await sql`update step_clocks set began = since - make_interval(hours => 1 + length(slug || step) % 30), waits_ended = 2, waits_on_time = 1`.execute(
    db,
  );
}

/** Fills an empty database with onboardings in every state, as their runs would have saved them. */
export async function seedDesk(db: Database, count: number, onProgress: (line: string) => void): Promise<void> {
  const now = Date.now();
  let next = 0;
  const save = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) {
      const status = statusOf(index, now);
      await saveStatus(db, { status, version: 1, workflowId: `onboarding:${status.slug}`, runId: `run-${index}` });
      if (index % 2_000 === 1_999) onProgress(`${index + 1} onboardings`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, save));
  await fillSpans(db);
  for (let from = 0; from < count; from += PORTION) await fillLedger(db, from, Math.min(count, from + PORTION));
  await sql`analyze`.execute(db);
}
