import { utcText } from '../clock.js';
import { ApiRefusal, badParameter } from '../envelope.js';
import type { FeedLog, FeedLogIssue, Product } from '../entities.js';
import { readFeed } from '../feed-file.js';
import { isRecord } from '../json.js';
import { catalogOf, productsOf } from './catalog.js';
import { type EndpointContext, type EndpointHandlers, paged } from './context.js';
import { logStatus, processBatch } from './product-processing.js';

function upload(context: EndpointContext, merge: boolean): object {
  const catalog = catalogOf(context);
  const items = context.values.items('products').map((item) => item.raw);
  const feedId = context.values.maybeText('feed_id') ?? '0';
  if (feedId !== '0' && context.state.feeds[feedId]?.catalogId !== catalog.catalogId) {
    throw badParameter(`feed_id ${feedId} does not exist.`);
  }
  return { feed_log_id: processBatch(context, { catalog, feedId, items, merge, updateMode: 1 }).feedLogId };
}

/** One file task per feed at a time (facts 5.2). */
async function uploadFile(context: EndpointContext): Promise<object> {
  const catalog = catalogOf(context);
  const feedId = context.values.maybeText('feed_id') ?? '0';
  const busy = Object.values(context.state.feedLogs).some(
    (log) => log.catalogId === catalog.catalogId && log.feedId === feedId && log.endsAt > context.now,
  );
  if (busy) throw new ApiRefusal(40202, 'Another task of this feed is in progress. Please try again later.');
  const items = await readFeed(context.values.text('file_url'));
  const updateMode = context.values.maybeText('update_mode') === 'OVERWRITE' ? 2 : 1;
  const log = processBatch(context, { catalog, feedId, items: items ?? [], merge: false, updateMode, failed: items === null });
  return { feed_log_id: log.feedLogId };
}

/** One write of a catalog at a time (facts 5.2). */
function remove(context: EndpointContext): object {
  const catalog = catalogOf(context);
  const busy = Object.values(context.state.feedLogs).some((log) => log.catalogId === catalog.catalogId && log.endsAt > context.now);
  if (busy) throw new ApiRefusal(40202, 'Another task of this catalog is in progress. Please try again later.');
  const skus = context.values.texts('sku_ids');
  const products = context.state.products[catalog.catalogId];
  if (products !== undefined) for (const sku of skus) delete products[sku];
  return {};
}

/** Issues as TikTok groups them: by field and text, with the products they touch (facts 5.2). */
function grouped(issues: readonly FeedLogIssue[]): object[] {
  const groups = new Map<string, FeedLogIssue[]>();
  for (const issue of issues) {
    const key = `${issue.field}\n${issue.issue}`;
    groups.set(key, [...(groups.get(key) ?? []), issue]);
  }
  return [...groups.values()].map((group) => ({
    affected_product_count: group.length,
    affected_product_item_list: group.map((issue) => ({
      index: issue.index,
      title: issue.title,
      sku_id: issue.skuId,
      product_url: '',
      description: '',
      value: issue.value,
    })),
    field: group[0]?.field ?? '',
    issue: group[0]?.issue ?? '',
    suggestion: group[0]?.suggestion ?? '',
  }));
}

function logOf(context: EndpointContext): FeedLog {
  const catalog = catalogOf(context);
  const id = context.values.text('feed_log_id');
  const log = context.state.feedLogs[id];
  if (log === undefined || log.catalogId !== catalog.catalogId) throw new ApiRefusal(40007, `The feed log ${id} does not exist.`);
  return log;
}

function productLog(context: EndpointContext): object {
  const log = logOf(context);
  const status = logStatus(log, context.now);
  const done = status === 'SUCCESS' || status === 'FAILED';
  return {
    product_feed_log: {
      catalog_id: log.catalogId,
      feed_id: log.feedId,
      add_count: done ? log.addCount : 0,
      update_count: done ? log.updateCount : 0,
      delete_count: done ? log.deleteCount : 0,
      error_count: done ? new Set(log.errors.map((issue) => issue.index)).size : 0,
      warn_count: 0,
      process_status: status,
      update_mode: log.updateMode,
      start_time: utcText(log.startsAt),
      end_time: done ? utcText(log.endsAt) : '',
      feed_log_data: {
        download_path: '',
        error_affected_products: done ? grouped(log.errors) : [],
        warn_affected_products: [],
      },
    },
  };
}

function filtered(product: Product): boolean {
  return product.audit === 'processing' && product.auditEndsAt === null;
}

function productRow(product: Product): object {
  const part = (name: string): Record<string, unknown> => {
    const value = product.fields[name];
    return isRecord(value) ? value : {};
  };
  const { fields } = product;
  return {
    product_id: product.productId,
    sku_id: product.skuId,
    title: fields.title,
    description: fields.description,
    availability: fields.availability,
    image_url: fields.image_url,
    video_url: fields.video_url ?? '',
    brand: fields.brand,
    additional_image_urls: fields.additional_image_urls ?? [],
    item_group_id: fields.item_group_id ?? '',
    google_product_category: fields.google_product_category ?? '',
    global_trade_item_number: fields.global_trade_item_number ?? '',
    manufacturer_part_number: fields.manufacturer_part_number ?? '',
    profession: part('product_detail'),
    price: part('price_info'),
    landing_page: part('landing_page'),
    extra_info: part('extra_info'),
    image_status: filtered(product) ? 'FILTERED' : product.audit === 'processing' ? 'PROCESSING' : 'SUCCESS',
    audit: {
      audit_status: product.audit,
      rejected_info:
        product.audit === 'rejected'
          ? [{ reason: product.auditReason, suggestion: product.auditSuggestion, affected_placement: [], affected_country: [] }]
          : [],
    },
    ad_creation_eligible: product.audit === 'approved' ? 'AVAILABLE' : 'NOT_AVAILABLE',
    active_status: 'ACTIVATED',
  };
}

function list(context: EndpointContext): object {
  const catalog = catalogOf(context);
  const ids = context.values.texts('product_ids');
  const skus = context.values.texts('sku_ids');
  const page = context.values.maybeNumber('page') ?? 1;
  if (page * (context.values.maybeNumber('page_size') ?? 10) > 100_000) {
    throw badParameter('The product of page and page_size must not be greater than 100000.');
  }
  const rows = productsOf(context, catalog.catalogId)
    .filter((product) => ids.length === 0 || ids.includes(product.productId))
    .filter((product) => skus.length === 0 || skus.includes(product.skuId))
    .filter((product) => fulfils(product, context));
  const cut = paged(context, rows);
  return { list: cut.rows.map(productRow), page_info: cut.page_info };
}

/** `conditions` with the operators that compare plain fields. */
function fulfils(product: Product, context: EndpointContext): boolean {
  const conditions = context.values.inner('conditions');
  const check = (item: ReturnType<typeof conditions.items>[number]): boolean => {
    const field = item.text('field');
    const actual = field === 'audit_status' ? product.audit : String(product.fields[field] ?? '');
    const values = item.texts('values');
    switch (item.text('operator')) {
      case 'EQ':
      case 'IN':
        return values.includes(actual);
      case 'NE':
      case 'NOT_IN':
        return !values.includes(actual);
      case 'EXIST':
        return actual !== '';
      default:
        throw badParameter(`conditions: the operator ${item.text('operator')} is not supported for ${field}.`);
    }
  };
  const any = conditions.items('or');
  return conditions.items('and').every(check) && (any.length === 0 || any.some(check));
}

/** Products of a catalog: asynchronous writes and their logs (facts 5.2). */
export const productHandlers: EndpointHandlers = {
  '/catalog/product/upload/': (context) => upload(context, false),
  '/catalog/product/update/': (context) => upload(context, true),
  '/catalog/product/delete/': remove,
  '/catalog/product/file/': uploadFile,
  '/catalog/product/log/': productLog,
  '/catalog/product/get/': list,
};
