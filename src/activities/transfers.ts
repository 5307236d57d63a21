import { DateTime } from 'luxon';
import { toMinorUnits } from '../domain/money.js';
import type { Database } from '../store/database.js';
import { listIntents } from '../store/intents.js';

import { everyPage, type TikTokCalls, type TransactionRow } from '../tiktok/calls.js';

/** Kinds of the intents that move money. */
export const RECHARGE = 'transfer_recharge';
export const REFUND = 'transfer_refund';

/**
 * The key of an advertiser's funding. A refund that happened opens the next one: the same tenant may be funded again after a
 * cancelled onboarding, and an intent keeps its one outcome for ever.
 */
export async function initialFundingKey(db: Database, slug: string, advertiserId: string, intentKey: string): Promise<string> {
  const intents = await listIntents(db, slug);
  const refunds = intents.filter(
    (intent) => intent.kind === REFUND && intent.state === 'confirmed' && intent.request.advertiserId === advertiserId,
  );
  return `${slug}/${RECHARGE}/${advertiserId}/${intentKey}/${refunds.length + 1}`;
}

/** The transaction ids kept with a confirmed intent. */
export function transferIds(ids: Readonly<Record<string, string>>): { transactionIds: readonly string[] } {
  return { transactionIds: (ids.transactionIds ?? '').split(' ').filter((id) => id !== '') };
}

/**
 * What a tenant was funded with since midnight UTC, in minor units. Transfers whose outcome is not known count too, and so do those that
 * were paid back: a limit that forgets them could be passed in parts.
 *
 * @param exceptKey the transfer that is judged, which may have been sent before
 */
export async function fundedTodayMinor(db: Database, slug: string, currency: string, now: Date, exceptKey: string): Promise<number> {
  const midnight = DateTime.fromJSDate(now, { zone: 'utc' }).startOf('day').toJSDate().getTime();
  const intents = await listIntents(db, slug);
  return intents
    .filter((intent) => intent.kind === RECHARGE && intent.key !== exceptKey)
    .filter(({ state }) => state === 'confirmed' || state === 'sent' || state === 'unknown')
    .filter((intent) => intent.request.currency === currency && Date.parse(intent.sentAt ?? intent.plannedAt) >= midnight)
    .reduce((sum, intent) => sum + Number(intent.request.amountMinor), 0);
}

export interface Movement {
  readonly bcId: string;
  readonly advertiserId: string;
  readonly amountMinor: number;
  readonly currency: string;
  readonly transactionType: 'INCREASE_BALANCE' | 'DECREASE_BALANCE';
  /** ISO 8601: when the intent was written. */
  readonly since: string;
}

const SKEW_MS = 5_000;

/** TikTok writes times without a zone: UTC mostly, and rows carry a zone of their own (facts 1.1). A row counts when either reading fits. */
function happenedSince(row: TransactionRow, sinceMs: number): boolean {
  const zones = ['utc', ...(row.timezone ? [row.timezone] : [])];
  return zones.some((zone) => {
    const at = DateTime.fromSQL(row.create_time, { zone });
    return at.isValid && at.toMillis() >= sinceMs;
  });
}

/**
 * Transactions that a transfer could have made, on the advertiser's side (a transfer makes one on each side, facts 3.8): by
 * amount, currency, direction and time. The clocks may differ by 5 s, and TikTok writes whole seconds.
 */
export async function rechargesSince(tiktok: TikTokCalls, movement: Movement): Promise<{ transactionIds: string }[]> {
  const sinceMs = Math.floor((Date.parse(movement.since) - SKEW_MS) / 1_000) * 1_000;
  // The filter is a day wider, because its zone is not documented; the row's own time decides.
  const start = DateTime.fromMillis(sinceMs, { zone: 'utc' }).minus({ hours: 26 }).toFormat('yyyy-MM-dd HH:mm:ss');
  const rows = await everyPage(async (page) => {
    const answer = await tiktok.accountTransactions({
      bc_id: movement.bcId,
      transaction_level: 'ADVERTISER',
      filtering: { account_ids: [movement.advertiserId], start_time: start },
      page,
      page_size: 50,
    });
    return { rows: answer.transaction_list, page_info: answer.page_info };
  });
  return rows
    .filter((row) => row.account_id === movement.advertiserId && row.transaction_type === movement.transactionType)
    .filter((row) => row.currency === movement.currency && toMinorUnits(Math.abs(row.amount), movement.currency) === movement.amountMinor)
    .filter((row) => happenedSince(row, sinceMs))
    .map((row) => ({ transactionIds: row.transaction_id }));
}
