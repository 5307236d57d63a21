import { utcText } from '../clock.js';
import { ApiRefusal, badParameter } from '../envelope.js';
import type { Advertiser, BusinessCenter, Transaction } from '../entities.js';
import { RawNumber } from '../json.js';
import { showStatus } from './asset.js';
import {
  createdId,
  type EndpointContext,
  type EndpointHandlers,
  financeManagerOfBc,
  isVisible,
  memberOfBc,
  minorUnits,
  paged,
  settledAdvertiser,
  units,
  visibleFrom,
} from './context.js';

const DAY_MS = 86_400_000;

function bcBalance(context: EndpointContext): object {
  const bc = memberOfBc(context);
  const total = units(bc.cashMinor + bc.grantMinor);
  return {
    bc_id: bc.bcId,
    currency: bc.currency,
    account_balance: total,
    valid_account_balance: total,
    frozen_balance: 0,
    tax: 0,
    cash_balance: units(bc.cashMinor),
    valid_cash_balance: units(bc.cashMinor),
    grant_balance: units(bc.grantMinor),
    valid_grant_balance: units(bc.grantMinor),
    payment_portfolio_type: bc.paymentPortfolioType,
  };
}

function balanceRow(context: EndpointContext, advertiser: Advertiser, bc: BusinessCenter): object {
  const cash = units(advertiser.cashMinor);
  const grant = units(advertiser.grantMinor);
  const total = units(advertiser.cashMinor + advertiser.grantMinor);
  const asked = context.values.texts('fields');
  const capped = advertiser.budgetMode !== 'UNLIMITED';
  return {
    advertiser_id: advertiser.advertiserId,
    advertiser_name: advertiser.name,
    advertiser_status: showStatus(settledAdvertiser(context, advertiser).status),
    advertiser_type: advertiser.type,
    timezone: advertiser.timezone,
    currency: advertiser.currency,
    account_open_days: Math.floor((context.now - advertiser.createdAt) / DAY_MS),
    balance_reminder: false,
    company: advertiser.company,
    contact_name: advertiser.contactName,
    contact_email: advertiser.contactEmail,
    create_time: utcText(advertiser.createdAt),
    account_balance: total,
    valid_account_balance: total,
    frozen_balance: 0,
    tax: 0,
    cash_balance: cash,
    valid_cash_balance: cash,
    grant_balance: grant,
    valid_grant_balance: grant,
    transferable_amount: cash,
    max_transferable_amount: { cash_amount: cash, grant_amount: grant },
    budget_mode: advertiser.budgetMode,
    budget: units(advertiser.budgetMinor),
    budget_cost: 0,
    ...(asked.includes('budget_remaining') ? { budget_remaining: capped ? units(advertiser.budgetMinor) : null } : {}),
    ...(asked.includes('budget_amount_restriction') ? { budget_amount_restriction: { minimum_amount: 0 } } : {}),
    ...(asked.includes('min_transferable_amount') && context.values.maybeNumber('page_size') === 1
      ? { min_transferable_amount: { cash_amount: 0, grant_amount: 0 } }
      : {}),
    payment_portfolio_type: bc.paymentPortfolioType,
  };
}

function advertiserBalance(context: EndpointContext): object {
  const bc = memberOfBc(context);
  const filtering = context.values.inner('filtering');
  const keyword = filtering.maybeText('keyword')?.toLowerCase();
  const statuses = filtering.texts('advertiser_status');
  const rows = Object.values(context.state.advertisers)
    .filter((item) => item.ownerBcId === bc.bcId && isVisible(context, item))
    .filter((item) => keyword === undefined || item.name.toLowerCase().includes(keyword) || item.advertiserId === keyword)
    .filter((item) => statuses.length === 0 || statuses.includes(showStatus(settledAdvertiser(context, item).status)));
  const page = paged(context, rows);
  return { advertiser_account_list: page.rows.map((row) => balanceRow(context, row, bc)), page_info: page.page_info };
}

interface Movement {
  readonly bc: BusinessCenter;
  readonly advertiser: Advertiser;
  readonly recharge: boolean;
  readonly fundsType: 'CASH' | 'GRANT';
  readonly amountMinor: number;
}

/** One transfer is two transactions, one on each side (facts 3.8). */
function record(context: EndpointContext, movement: Movement): object[] {
  const { bc, advertiser, recharge, fundsType, amountMinor } = movement;
  const sides = [
    { level: 'ADVERTISER' as const, id: advertiser.advertiserId, name: advertiser.name, gains: recharge },
    { level: 'BC' as const, id: bc.bcId, name: bc.name, gains: !recharge },
  ];
  const account = (level: string, id: string): object => ({ account_type: level, account_id: id });
  const [payee, remitter] = recharge ? sides : [...sides].reverse();
  return sides.map((side) => {
    const transaction: Transaction = {
      transactionId: createdId(context),
      level: side.level,
      bcId: bc.bcId,
      accountId: side.id,
      accountName: side.name,
      amountMinor,
      amountType: side.gains ? 'POSITIVE' : 'NEGATIVE',
      transactionType: side.gains ? 'INCREASE_BALANCE' : 'DECREASE_BALANCE',
      fundsType,
      currency: bc.currency,
      createdAt: context.now,
      visibleFrom: visibleFrom(context),
    };
    context.state.transactions.push(transaction);
    return {
      transaction_id: transaction.transactionId,
      transaction_type: fundsType,
      payee_account: account(payee?.level ?? '', payee?.id ?? ''),
      remitter_account: account(remitter?.level ?? '', remitter?.id ?? ''),
    };
  });
}

function move(context: EndpointContext, movement: Movement): void {
  const { bc, advertiser, recharge, fundsType, amountMinor } = movement;
  const field = fundsType === 'CASH' ? 'cashMinor' : 'grantMinor';
  const [from, to] = recharge ? [bc, advertiser] : [advertiser, bc];
  if (from[field] < amountMinor) throw badParameter('The available balance is insufficient for this transfer.');
  from[field] -= amountMinor;
  to[field] += amountMinor;
}

function rememberRequest(context: EndpointContext): void {
  const requestId = context.values.maybeText('request_id');
  if (requestId === undefined) return;
  const last = context.state.requestIds[requestId];
  if (last !== undefined && context.now - last < 10_000) throw new ApiRefusal(40050, 'Duplicated request.');
  context.state.requestIds[requestId] = context.now;
}

/** Raises or lowers a credit line; only Business Centers with shared balances have one here (facts 3.8). */
function transferAtBcLevel(context: EndpointContext, bc: BusinessCenter): object {
  rememberRequest(context);
  if (bc.paymentPortfolioType !== 'SHARED') throw badParameter('transfer_level BC is not supported for this Business Center.');
  const amount = minorUnits(
    context.values.maybeNumber('cash_amount') ?? context.values.inner('amount_info').maybeNumber('credit_amount') ?? 0,
  );
  if (amount <= 0) throw badParameter('The amount must be greater than 0.');
  bc.cashMinor += context.values.text('transfer_type') === 'RECHARGE' ? amount : -amount;
  return { bc_id: new RawNumber(bc.bcId), transaction_infos: [] };
}

/** Money in currency units, not in micros. Repeating the call moves the money again: there is no idempotency key here. */
function transfer(context: EndpointContext): object {
  const bc = financeManagerOfBc(context);
  const { values, state } = context;
  if (values.maybeText('transfer_level') === 'BC') return transferAtBcLevel(context, bc);
  const advertiserId = values.text('advertiser_id');
  const advertiser = state.advertisers[advertiserId];
  if (advertiser === undefined || advertiser.ownerBcId !== bc.bcId) {
    throw new ApiRefusal(40001, `No permission to operate advertiser: ${advertiserId}`);
  }
  if (advertiser.status === 'STATUS_DISABLE') throw badParameter('The advertiser has been closed.');
  const amounts = values.inner('amount_info');
  const cash = minorUnits(values.maybeNumber('cash_amount') ?? amounts.maybeNumber('cash_amount') ?? 0);
  const grant = minorUnits(values.maybeNumber('grant_amount') ?? amounts.maybeNumber('grant_amount') ?? 0);
  if (cash > 0 && bc.paymentPortfolioType === 'SHARED') {
    throw badParameter('cash_amount is not supported when balance sharing is on.');
  }
  if (cash <= 0 && grant <= 0) throw badParameter('The amount must be greater than 0.');
  const recharge = values.text('transfer_type') === 'RECHARGE';
  const movements = [
    { bc, advertiser, recharge, fundsType: 'CASH' as const, amountMinor: cash },
    { bc, advertiser, recharge, fundsType: 'GRANT' as const, amountMinor: grant },
  ].filter((item) => item.amountMinor > 0);
  for (const item of movements) {
    const source = item.recharge ? bc : advertiser;
    const available = item.fundsType === 'CASH' ? source.cashMinor : source.grantMinor;
    if (available < item.amountMinor) throw badParameter('The available balance is insufficient for this transfer.');
  }
  for (const item of movements) move(context, item);
  return {
    bc_id: new RawNumber(bc.bcId),
    advertiser_id: new RawNumber(advertiserId),
    transaction_infos: movements.flatMap((item) => record(context, item)),
  };
}

function moment(text: string | undefined, fallback: number, endOfDay: boolean): number {
  if (text === undefined) return fallback;
  const dateOnly = /^\d{4}-\d{2}-\d{2}$/.test(text);
  const parsed = Date.parse(dateOnly ? `${text}T00:00:00Z` : `${text.replace(' ', 'T')}Z`);
  if (Number.isNaN(parsed)) throw badParameter('Time format should be %Y-%m-%d %H:%M:%S. Please try again.');
  return dateOnly && endOfDay ? parsed + DAY_MS - 1 : parsed + (endOfDay ? 999 : 0);
}

function transactions(context: EndpointContext): object {
  const bc = memberOfBc(context);
  const level = context.values.maybeText('transaction_level') ?? 'ADVERTISER';
  const filtering = context.values.inner('filtering');
  const end = moment(filtering.maybeText('end_time'), Number.MAX_SAFE_INTEGER, true);
  const start = moment(filtering.maybeText('start_time'), Math.min(end, context.now) - 90 * DAY_MS, false);
  if (Math.min(end, context.now) - start > 366 * DAY_MS) throw badParameter('The time range must not be longer than 365 days.');
  const accounts = filtering.texts('account_ids');
  const types = filtering.texts('transaction_types');
  const name = filtering.maybeText('account_name');
  const rows = context.state.transactions
    .filter((item) => item.bcId === bc.bcId && item.level === level && isVisible(context, item))
    .filter((item) => item.createdAt >= start && item.createdAt <= end)
    .filter((item) => accounts.length === 0 || accounts.includes(item.accountId))
    .filter((item) => types.length === 0 || types.includes(item.transactionType))
    .filter((item) => name === undefined || item.accountName.includes(name))
    .reverse();
  const page = paged(context, rows);
  return { transaction_list: page.rows.map((row) => transactionRow(row, bc)), page_info: page.page_info };
}

function transactionRow(item: Transaction, bc: BusinessCenter): object {
  return {
    transaction_id: item.transactionId,
    account_id: item.accountId,
    account_name: item.accountName,
    bc_id: bc.bcId,
    bc_name: bc.name,
    amount: units(item.amountMinor),
    subtotal: units(item.amountMinor),
    tax_amount: 0,
    currency: item.currency,
    amount_type: item.amountType,
    transaction_type: item.transactionType,
    billing_type: 'CASH',
    timezone: bc.timezone,
    create_time: utcText(item.createdAt),
    invoice_id: '',
    serial_number: '',
  };
}

/** Balances, transfers and transactions (facts 3.8). */
export const moneyHandlers: EndpointHandlers = {
  '/bc/balance/get/': bcBalance,
  '/advertiser/balance/get/': advertiserBalance,
  '/bc/transfer/': transfer,
  '/bc/account/transaction/get/': transactions,
};
