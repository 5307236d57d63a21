import { currencyExponent } from './money.js';

/** Columns that a feed must have (facts 5.2); their rules are TikTok's for an ECOM product. */
export const REQUIRED_COLUMNS = [
  'sku_id',
  'title',
  'description',
  'availability',
  'condition',
  'price',
  'link',
  'image_link',
  'brand',
] as const;

const AVAILABILITY = ['IN_STOCK', 'AVAILABLE_FOR_ORDER', 'PREORDER', 'OUT_OF_STOCK', 'DISCONTINUED'];
const CONDITION = ['NEW', 'REFURBISHED', 'USED'];
const EMOJI = /\p{Extended_Pictographic}/u;
/** TikTok takes up to this many products in one `product/upload` (facts 5.2). */
export const PRODUCTS_PER_UPLOAD = 5_000;

/** A product as `/catalog/product/upload/` takes it. */
export interface FeedProduct {
  readonly sku_id: string;
  readonly title: string;
  readonly description: string;
  readonly availability: string;
  readonly brand: string;
  readonly image_url: string;
  readonly additional_image_urls?: readonly string[];
  readonly item_group_id?: string;
  readonly google_product_category?: string;
  readonly product_detail: { readonly condition: string };
  readonly price_info: { readonly price: number; readonly currency: string; readonly sale_price?: number };
  readonly landing_page: { readonly landing_page_url: string };
}

export interface FeedRowError {
  /** Counted as a spreadsheet does: the head is row 1. */
  readonly row: number;
  readonly skuId: string;
  readonly field: string;
  readonly problem: string;
}

type FeedRecord = Readonly<Record<string, string>>;
type Check = (value: string) => string | undefined;

function text(max: number, emoji = true): Check {
  return (value) => {
    const length = [...value].length;
    if (length > max) return `has ${length} characters, the limit is ${max}`;
    return !emoji && EMOJI.test(value) ? 'has an emoji, which TikTok refuses here' : undefined;
  };
}

function word(value: string): string {
  return value.toUpperCase().replaceAll(/[\s-]+/g, '_');
}

function oneOf(allowed: readonly string[]): Check {
  return (value) => (allowed.includes(word(value)) ? undefined : `is ${value}, allowed are ${allowed.join(', ')}`);
}

function webAddress(value: string): string | undefined {
  return URL.canParse(value) && /^https?:/i.test(value) ? undefined : `is not an http(s) address: ${value.slice(0, 200)}`;
}

/** `12.50` or `12.50 EUR`, in currency units. */
function amountIn(currency: string): Check {
  const decimals = currencyExponent(currency);
  return (value) => {
    const parts = /^(\d{1,12})(?:\.(\d+))?(?:\s+([A-Za-z]{3}))?$/.exec(value);
    if (!parts) return `is ${value}, expected a number such as 12.50 or 12.50 ${currency}`;
    if (parts[3] !== undefined && parts[3].toUpperCase() !== currency) return `is in ${parts[3]}, the catalog is in ${currency}`;
    return (parts[2] ?? '').length > decimals ? `is ${value}, ${currency} has ${decimals} decimals` : undefined;
  };
}

function checksFor(currency: string): Readonly<Record<(typeof REQUIRED_COLUMNS)[number], Check>> {
  return {
    sku_id: text(100, false),
    title: text(500, false),
    description: text(10_000),
    availability: oneOf(AVAILABILITY),
    condition: oneOf(CONDITION),
    price: amountIn(currency),
    link: webAddress,
    image_link: webAddress,
    brand: text(150),
  };
}

function optionalProblems(record: FeedRecord, currency: string): { field: string; problem: string }[] {
  const images = imagesOf(record);
  return [
    { field: 'sale_price', problem: record.sale_price ? amountIn(currency)(record.sale_price) : undefined },
    {
      field: 'additional_image_link',
      problem:
        images.length > 10 ? `names ${images.length} images, the limit is 10` : images.map(webAddress).find((found) => found !== undefined),
    },
  ].flatMap(({ field, problem }) => (problem === undefined ? [] : [{ field, problem }]));
}

function imagesOf(record: FeedRecord): string[] {
  return (record.additional_image_link ?? '')
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

function amount(value: string): number {
  return Number(value.split(/\s+/)[0]);
}

function productOf(record: FeedRecord, currency: string): FeedProduct {
  const images = imagesOf(record);
  return {
    sku_id: record.sku_id ?? '',
    title: record.title ?? '',
    description: record.description ?? '',
    availability: word(record.availability ?? ''),
    brand: record.brand ?? '',
    image_url: record.image_link ?? '',
    ...(images.length === 0 ? {} : { additional_image_urls: images }),
    ...(record.item_group_id ? { item_group_id: record.item_group_id } : {}),
    ...(record.google_product_category ? { google_product_category: record.google_product_category } : {}),
    product_detail: { condition: word(record.condition ?? '') },
    price_info: { price: amount(record.price ?? ''), currency, ...(record.sale_price ? { sale_price: amount(record.sale_price) } : {}) },
    landing_page: { landing_page_url: record.link ?? '' },
  };
}

/**
 * Products of a feed's records, and what TikTok would refuse (facts 5.2). Columns that we do not know are left out.
 *
 * @param currency ISO 4217, the catalog's; a price in another one is an error
 */
export function readFeedRows(records: readonly FeedRecord[], currency: string): { products: FeedProduct[]; errors: FeedRowError[] } {
  const checks = Object.entries(checksFor(currency));
  const products: FeedProduct[] = [];
  const errors: FeedRowError[] = [];
  const rowOfSku = new Map<string, number>();
  for (const [index, record] of records.entries()) {
    const row = index + 2;
    const skuId = record.sku_id ?? '';
    const found = checks.flatMap(([field, check]) => {
      const value = record[field] ?? '';
      const problem = value === '' ? 'is missing' : check(value);
      return problem === undefined ? [] : [{ field, problem }];
    });
    found.push(...optionalProblems(record, currency));
    const earlier = rowOfSku.get(skuId);
    if (skuId !== '' && earlier !== undefined) found.push({ field: 'sku_id', problem: `is also in row ${earlier}` });
    rowOfSku.set(skuId, row);
    errors.push(...found.map((fault) => ({ row, skuId, ...fault })));
    if (found.length === 0) products.push(productOf(record, currency));
  }
  return { products, errors };
}

const SHOWN = 20;

/** The errors as lines, at most 20 of them, and how many more there are. */
export function feedErrorLines(errors: readonly FeedRowError[]): string[] {
  const lines = errors.slice(0, SHOWN).map(({ row, skuId, field, problem }) => `row ${row}, SKU ${skuId || '(none)'}: ${field} ${problem}`);
  return errors.length > SHOWN ? [...lines, `and ${errors.length - SHOWN} more`] : lines;
}
