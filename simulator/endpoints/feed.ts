import { utcText } from '../clock.js';
import { ApiRefusal, badParameter } from '../envelope.js';
import type { Catalog, Feed } from '../entities.js';
import { readFeed } from '../feed-file.js';
import { isRecord, RawNumber } from '../json.js';
import { catalogOf } from './catalog.js';
import { createdId, type EndpointContext, type EndpointHandlers, isVisible, visibleFrom } from './context.js';
import { logStatus, processBatch } from './product-processing.js';

const INTERVAL_MS: Readonly<Record<string, number>> = { HOURLY: 3_600_000, DAILY: 86_400_000, MONTHLY: 30 * 86_400_000 };

function uriOf(feed: Feed): string | undefined {
  const source = feed.schedule?.source;
  return isRecord(source) && typeof source.uri === 'string' ? source.uri : undefined;
}

function row(context: EndpointContext, feed: Feed): object {
  const { schedule } = feed;
  const interval = INTERVAL_MS[String(schedule?.interval_type)] ?? 0;
  const count = typeof schedule?.interval_count === 'number' ? schedule.interval_count : 1;
  const products = Object.values(context.state.products[feed.catalogId] ?? {});
  return {
    feed_id: feed.feedId,
    feed_name: feed.name,
    status: feed.status,
    update_mode: feed.updateMode,
    last_update_param:
      schedule === null
        ? null
        : {
            uri: uriOf(feed) ?? '',
            update_mode: feed.updateMode,
            timezone: schedule.timezone ?? '',
            interval_type: schedule.interval_type ?? '',
            interval_count: count,
            day_of_month: schedule.day_of_month ?? null,
            hour: schedule.hour ?? null,
            minute: schedule.minute ?? null,
          },
    next_update_time: feed.status === 'ON' && interval > 0 ? utcText(context.now + interval * count) : '',
    number_of_products: products.filter((product) => product.feedId === feed.feedId && isVisible(context, product)).length,
  };
}

/** TikTok loads a scheduled feed soon after it was set up. */
async function load(context: EndpointContext, catalog: Catalog, feed: Feed): Promise<void> {
  const uri = uriOf(feed);
  if (uri === undefined) return;
  const items = await readFeed(uri);
  const updateMode = feed.updateMode === 'OVERWRITE' ? 2 : 1;
  processBatch(context, { catalog, feedId: feed.feedId, items: items ?? [], merge: false, updateMode, failed: items === null });
}

function scheduleOf(context: EndpointContext): Record<string, unknown> | null {
  if (!context.values.has('schedule_param')) return null;
  const schedule = context.values.inner('schedule_param');
  const uri = schedule.inner('source').text('uri');
  if (!/^(https?|s?ftp):\/\//.test(uri)) throw badParameter('schedule_param.source.uri: Not a valid URL.');
  return schedule.raw;
}

async function create(context: EndpointContext): Promise<object> {
  const catalog = catalogOf(context);
  const schedule = scheduleOf(context);
  const feed: Feed = {
    feedId: createdId(context),
    catalogId: catalog.catalogId,
    name: context.values.text('feed_name'),
    updateMode: context.values.text('update_mode'),
    status: schedule === null ? 'OFF' : 'ON',
    schedule,
    createdAt: context.now,
    visibleFrom: visibleFrom(context),
  };
  context.state.feeds[feed.feedId] = feed;
  await load(context, catalog, feed);
  return row(context, feed);
}

function feedOf(context: EndpointContext): Feed {
  const catalog = catalogOf(context);
  const id = context.values.text('feed_id');
  const feed = context.state.feeds[id];
  if (feed === undefined || feed.catalogId !== catalog.catalogId) throw new ApiRefusal(40007, `The feed ${id} does not exist.`);
  return feed;
}

async function update(context: EndpointContext): Promise<object> {
  const feed = feedOf(context);
  const schedule = scheduleOf(context);
  feed.updateMode = context.values.text('update_mode');
  feed.name = context.values.maybeText('feed_name') ?? feed.name;
  if (schedule !== null) {
    feed.schedule = schedule;
    await load(context, catalogOf(context), feed);
  }
  return row(context, feed);
}

/** `feed_id` comes as a bare number here (facts 1.1). */
function remove(context: EndpointContext): object {
  const feed = feedOf(context);
  delete context.state.feeds[feed.feedId];
  return { feed_id: new RawNumber(feed.feedId) };
}

function turn(context: EndpointContext): object {
  const feed = feedOf(context);
  const status = context.values.text('status') === 'ON' ? 'ON' : 'OFF';
  if (status === feed.status) throw badParameter(`The status of the feed is ${status} already.`);
  if (status === 'ON' && (uriOf(feed) === undefined || !feed.schedule?.interval_type || !feed.schedule.timezone)) {
    throw badParameter('A feed needs uri, interval_type and timezone to be switched on.');
  }
  feed.status = status;
  return row(context, feed);
}

function list(context: EndpointContext): object {
  const catalog = catalogOf(context);
  const asked = context.values.maybeText('feed_id');
  const feeds = Object.values(context.state.feeds).filter(
    (feed) => feed.catalogId === catalog.catalogId && isVisible(context, feed) && (asked === undefined || feed.feedId === asked),
  );
  return { feed_list: feeds.map((feed) => row(context, feed)) };
}

function logs(context: EndpointContext): object {
  const feed = feedOf(context);
  const rows = Object.values(context.state.feedLogs)
    .filter((log) => log.catalogId === feed.catalogId && log.feedId === feed.feedId)
    .map((log) => {
      const status = logStatus(log, context.now);
      const done = status === 'SUCCESS' || status === 'FAILED';
      return {
        update_status: {
          add_count: done ? log.addCount : 0,
          update_count: done ? log.updateCount : 0,
          remove_count: done ? log.deleteCount : 0,
          error_count: done ? new Set(log.errors.map((issue) => issue.index)).size : 0,
          warn_count: 0,
          process_status: status,
        },
        update_time: { start_time: utcText(log.startsAt), end_time: done ? utcText(log.endsAt) : '' },
      };
    });
  return { feed_logs: rows };
}

/** Feeds that TikTok fetches by itself (facts 5.3). */
export const feedHandlers: EndpointHandlers = {
  '/catalog/feed/create/': create,
  '/catalog/feed/update/': update,
  '/catalog/feed/delete/': remove,
  '/catalog/feed/switch/': turn,
  '/catalog/feed/get/': list,
  '/catalog/feed/log/': logs,
};
