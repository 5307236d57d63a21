import type { Catalog, FeedLog, FeedLogIssue } from '../entities.js';
import { longId } from '../ids.js';
import { isRecord } from '../json.js';
import { createdId, type EndpointContext, nextSequence } from './context.js';

type Fields = Record<string, unknown>;

interface Rule {
  readonly field: string;
  readonly value: (fields: Fields) => unknown;
  readonly problem: (value: unknown) => string | null;
}

const inner = (fields: Fields, name: string, field: string): unknown => {
  const value = fields[name];
  return isRecord(value) ? value[field] : undefined;
};

const text =
  (max: number, emojis = true) =>
  (value: unknown): string | null => {
    if (typeof value !== 'string' || value === '') return 'The field is missing.';
    if ([...value].length > max) return `The field is longer than ${max} characters.`;
    return !emojis && /\p{Extended_Pictographic}/u.test(value) ? 'Emojis are not supported.' : null;
  };

const oneOf =
  (...allowed: string[]) =>
  (value: unknown): string | null =>
    value === undefined || value === ''
      ? 'The field is missing.'
      : allowed.includes(String(value))
        ? null
        : `The value must be one of ${allowed.join(', ')}.`;

const address = (value: unknown): string | null => {
  if (typeof value !== 'string' || value === '') return 'The field is missing.';
  return URL.canParse(value) && /^https?:/.test(value) ? null : 'The value is not a valid URL.';
};

/** What an ECOM product needs (facts 5.2). */
const RULES: readonly Rule[] = [
  { field: 'sku_id', value: (item) => item.sku_id, problem: text(100, false) },
  { field: 'title', value: (item) => item.title, problem: text(500, false) },
  { field: 'description', value: (item) => item.description, problem: text(10_000) },
  {
    field: 'availability',
    value: (item) => item.availability,
    problem: oneOf('IN_STOCK', 'AVAILABLE_FOR_ORDER', 'PREORDER', 'OUT_OF_STOCK', 'DISCONTINUED'),
  },
  { field: 'brand', value: (item) => item.brand, problem: text(150) },
  { field: 'image_url', value: (item) => item.image_url, problem: address },
  {
    field: 'product_detail.condition',
    value: (item) => inner(item, 'product_detail', 'condition'),
    problem: oneOf('NEW', 'REFURBISHED', 'USED'),
  },
  {
    field: 'price_info.price',
    value: (item) => inner(item, 'price_info', 'price'),
    problem: (value) => (typeof value === 'number' && Number.isFinite(value) && value >= 0 ? null : 'The price is not a valid number.'),
  },
  {
    field: 'landing_page.landing_page_url',
    value: (item) => inner(item, 'landing_page', 'landing_page_url'),
    problem: address,
  },
];

function issuesOf(item: Fields, index: number): FeedLogIssue[] {
  return RULES.flatMap((rule) => {
    const value = rule.value(item);
    const issue = rule.problem(value);
    if (issue === null) return [];
    return [
      {
        field: rule.field,
        issue,
        suggestion: 'Correct the field and upload the product again.',
        index,
        skuId: String(item.sku_id ?? ''),
        title: String(item.title ?? ''),
        value: String(value ?? ''),
      },
    ];
  });
}

/** How a batch of products is taken in. */
export interface Batch {
  readonly catalog: Catalog;
  readonly feedId: string;
  readonly items: readonly Fields[];
  /** Update merges into what is there, upload replaces it. */
  readonly merge: boolean;
  /** 1 incremental, 2 overwrite. */
  readonly updateMode: number;
  /** The file could not be read at all. */
  readonly failed?: boolean;
}

/** Starts the asynchronous work behind an upload; its log ends by itself (facts 11.4). */
export function processBatch(context: EndpointContext, batch: Batch): FeedLog {
  const { state, now } = context;
  const products = (state.products[batch.catalog.catalogId] ??= {});
  const endsAt = now + state.timings.feedSeconds * 1000;
  const log: FeedLog = {
    feedLogId: createdId(context),
    catalogId: batch.catalog.catalogId,
    feedId: batch.feedId,
    startsAt: now,
    endsAt,
    addCount: 0,
    updateCount: 0,
    deleteCount: 0,
    errors: [],
    failed: batch.failed ?? false,
    updateMode: batch.updateMode,
    visibleFrom: 0,
  };
  state.feedLogs[log.feedLogId] = log;
  if (log.failed) return log;
  const seen = new Set<string>();
  for (const [index, given] of batch.items.entries()) {
    const sku = String(given.sku_id ?? '');
    const known = products[sku];
    const fields = batch.merge ? { ...known?.fields, ...given } : given;
    const issues = issuesOf(fields, index);
    if (known !== undefined && known.feedId !== batch.feedId) {
      issues.push({
        field: 'sku_id',
        issue: 'The SKU belongs to another feed.',
        suggestion: 'Use another sku_id.',
        index,
        skuId: sku,
        title: String(fields.title ?? ''),
        value: sku,
      });
    }
    if (batch.merge && known === undefined) {
      issues.push({
        field: 'sku_id',
        issue: 'The product does not exist.',
        suggestion: 'Upload the product first.',
        index,
        skuId: sku,
        title: '',
        value: sku,
      });
    }
    log.errors.push(...issues);
    if (issues.length > 0) continue;
    seen.add(sku);
    if (known === undefined) log.addCount += 1;
    else log.updateCount += 1;
    // A picture below 500 x 500 leaves the product in review for ever; a marker in the address stands for it.
    const filtered = String(fields.image_url).includes('too-small');
    products[sku] = {
      productId: known?.productId ?? longId(nextSequence(state)),
      catalogId: batch.catalog.catalogId,
      feedId: batch.feedId,
      skuId: sku,
      fields,
      audit: 'processing',
      auditReason: '',
      auditSuggestion: '',
      auditEndsAt: filtered ? null : endsAt + state.timings.productReviewSeconds * 1000,
      visibleFrom: known?.visibleFrom ?? endsAt,
    };
  }
  if (batch.updateMode === 2) {
    for (const product of Object.values(products)) {
      if (product.feedId !== batch.feedId || seen.has(product.skuId)) continue;
      delete products[product.skuId];
      log.deleteCount += 1;
    }
  }
  return log;
}

/** Where the work behind a log stands. */
export function logStatus(log: FeedLog, now: number): 'WAITING' | 'PROCESSING' | 'SUCCESS' | 'FAILED' {
  if (now >= log.endsAt) return log.failed ? 'FAILED' : 'SUCCESS';
  return now < log.startsAt + (log.endsAt - log.startsAt) / 10 ? 'WAITING' : 'PROCESSING';
}
