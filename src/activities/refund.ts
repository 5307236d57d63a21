import type { Undo } from '../contract/onboarding-activities.js';
import { amountText, fromMinorUnits, toMinorUnits } from '../domain/money.js';
import { listIntents, readIntent } from '../store/intents.js';
import type { ActivityDependencies } from './dependencies.js';
import { onceSettled } from './once.js';
import { RECHARGE, rechargesSince, REFUND } from './transfers.js';

type Deps = Pick<ActivityDependencies, 'tiktok' | 'db' | 'log' | 'reconcile'>;
type Refund = Extract<Undo, { kind: 'refund' }>;

/** One refund per funding: a second undo of the same one finds its intent. */
async function refundKey({ db }: Deps, slug: string, advertiserId: string): Promise<string> {
  const intents = await listIntents(db, slug);
  const fundings = intents.filter(
    ({ kind, state, request }) => kind === RECHARGE && state === 'confirmed' && request.advertiserId === advertiserId,
  );
  return `${slug}/${REFUND}/${advertiserId}/${fundings.length}`;
}

async function leftMinor({ tiktok }: Deps, { bcId, advertiserId, currency }: Refund): Promise<number> {
  const { advertiser_account_list: rows } = await tiktok.advertiserBalance({
    bc_id: bcId,
    filtering: { keyword: advertiserId },
    page: 1,
    page_size: 50,
  });
  const account = rows.find((row) => row.advertiser_id === advertiserId);
  return toMinorUnits(account?.valid_account_balance ?? 0, currency);
}

/**
 * Moves the initial funding back to the Business Center, at most once: what is left of it when some was spent. Amounts are minor
 * units of `undo.currency`.
 *
 * @throws ApplicationFailure `outcome_unknown` when its answer is lost, `transfer_ambiguous` when more than one transaction matches
 */
export async function refund(deps: Deps, slug: string, undo: Refund): Promise<{ undone: boolean; detail: string }> {
  const { tiktok, db } = deps;
  const { bcId, advertiserId, currency } = undo;
  const key = await refundKey(deps, slug, advertiserId);
  const known = await readIntent(db, key);
  const amountMinor =
    known && known.state !== 'absent' ? Number(known.request.amountMinor) : Math.min(undo.amountMinor, await leftMinor(deps, undo));
  if (amountMinor <= 0) return { undone: false, detail: `refund: nothing is left on the advertiser ${advertiserId}` };
  const movement = { bcId, advertiserId, amountMinor, currency };
  const ids = await onceSettled(
    deps,
    { key, slug, kind: REFUND, request: movement },
    async (signal) => {
      const answer = await tiktok.bcTransfer(
        {
          bc_id: bcId,
          transfer_level: 'ADVERTISER',
          advertiser_id: advertiserId,
          transfer_type: 'REFUND',
          cash_amount: fromMinorUnits(amountMinor, currency),
        },
        { signal },
      );
      return { transactionIds: answer.transaction_infos.map((row) => row.transaction_id).join(' ') };
    },
    (intent) => rechargesSince(tiktok, { ...movement, transactionType: 'DECREASE_BALANCE', since: intent.plannedAt }),
    'transfer_ambiguous',
  );
  const moved = `${amountText(amountMinor, currency)} of ${amountText(undo.amountMinor, currency)} are back in the Business Center (${ids.transactionIds ?? ''})`;
  return amountMinor === undo.amountMinor
    ? { undone: true, detail: moved }
    : { undone: false, detail: `refund: ${moved}; the rest is spent` };
}
