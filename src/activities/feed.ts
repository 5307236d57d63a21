import { readFile, stat } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import type { Tenant } from '../contract/tenant.js';
import { feedErrorLines, type FeedProduct, readFeedRows, REQUIRED_COLUMNS } from '../domain/feed-rows.js';
import type { ActivityDependencies } from './dependencies.js';
import { stepFailure } from './failure.js';
import { FEED_BYTES, guardedFetch } from './guarded-fetch.js';
import { counted } from '../domain/counted.js';

type Feed = NonNullable<Tenant['catalog']>['feed'];
type Deps = Pick<ActivityDependencies, 'hosts' | 'allowLoopback'>;

const recordsSchema = z.array(z.record(z.string(), z.string()));

async function textOfFile(file: string): Promise<string> {
  try {
    const { size } = await stat(file);
    if (size > FEED_BYTES) throw new Error(`it has more than ${FEED_BYTES / 1024 / 1024} MB`);
    return await readFile(file, 'utf8');
  } catch (error) {
    throw stepFailure(
      'feed_unreachable',
      `the product feed ${file} cannot be read: ${error instanceof Error ? error.message : 'unknown reason'}`,
      { details: [file] },
    );
  }
}

async function textOfAddress(deps: Deps, address: string, settingAllows: boolean): Promise<string> {
  const page = await guardedFetch(address, {
    allowLoopback: settingAllows && deps.allowLoopback === true,
    hosts: deps.hosts,
    brokenCode: 'feed_unreachable',
    maxBytes: FEED_BYTES,
    larger: 'refuse',
  });
  if (page.status !== 200)
    throw stepFailure('feed_unreachable', `the product feed ${address} answers HTTP ${page.status}`, { details: [address] });
  return page.body;
}

/** The records of a CSV or TSV, by column name in lower case. */
function recordsOf(text: string, where: string): Record<string, string>[] {
  const [head = ''] = text.split('\n', 1);
  const invalid = (why: string): Error => stepFailure('feed_invalid', `the product feed ${where}: ${why}`, { details: [where] });
  let columns: string[] = [];
  let records: Record<string, string>[];
  try {
    const parsed: unknown = parse(text, {
      bom: true,
      delimiter: head.includes('\t') ? '\t' : ',',
      skip_empty_lines: true,
      trim: true,
      columns: (names: string[]) => (columns = names.map((name) => name.toLowerCase())),
    });
    records = recordsSchema.parse(parsed);
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : 'it is no CSV');
  }
  const missing = REQUIRED_COLUMNS.filter((column) => !columns.includes(column));
  if (missing.length > 0) throw invalid(`columns are missing: ${missing.join(', ')}`);
  if (records.length === 0) throw invalid('it has no rows');
  return records;
}

/**
 * Reads a feed and refuses it whole when a row breaks TikTok's rules. An XML feed at an address is left to TikTok, whose review
 * names its faults.
 *
 * @throws ApplicationFailure `feed_unreachable`, `address_refused`, or `feed_invalid` naming rows and SKUs
 */
export async function readFeed(
  deps: Deps,
  feed: Feed,
  currency: string,
  allowLoopback: boolean,
): Promise<{ rows: number; products: readonly FeedProduct[] }> {
  const where = feed.kind === 'file' ? feed.file : feed.url;
  const text = feed.kind === 'file' ? await textOfFile(feed.file) : await textOfAddress(deps, feed.url, allowLoopback);
  if (feed.kind === 'url' && text.trimStart().startsWith('<'))
    return { rows: [...text.matchAll(/<(?:item|entry)[\s>]/g)].length, products: [] };
  const records = recordsOf(text, where);
  const { products, errors } = readFeedRows(records, currency);
  if (errors.length > 0) {
    const lines = feedErrorLines(errors);
    throw stepFailure('feed_invalid', `the product feed ${where} has ${counted(errors.length, 'fault')}: ${lines.join('; ')}`, {
      details: lines,
    });
  }
  return { rows: records.length, products };
}
