import { loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import axios from 'axios';
import { sql } from 'kysely';
import { usageOf } from '../process-usage.js';
import { copyFloor, type Floor, postFloor } from './floors.js';
import { type HandedIn, handIn } from './hand-in.js';
import { type EventStack, startEventStack } from './stack.js';

/** CPU and memory of one part of the run, by process. */
export interface Cost {
  readonly cpuMsPerThousand: Readonly<Record<string, number>>;
  readonly peakMiB: Readonly<Record<string, number>>;
}

export interface EventsResult {
  readonly benchmark: 'events';
  readonly events: number;
  /** Whether the events had a PostgreSQL of their own. */
  readonly apart: boolean;
  readonly load1m: number;
  readonly floors: { readonly copy: Floor; readonly post: Floor };
  /** As fast as the gateway acknowledges, until everything is sent. */
  readonly capacity: { readonly handedIn: HandedIn; readonly seconds: number; readonly perSecond: number } & Cost;
  /** At a part of that rate, as events come in real life. */
  readonly keepingUp: {
    readonly rate: number;
    readonly handedIn: HandedIn;
    readonly p50Ms: number;
    readonly p95Ms: number;
    readonly p99Ms: number;
  } & Cost;
  /** While TikTok answers 503, and when it is back. */
  readonly outage: {
    readonly handedIn: HandedIn;
    readonly backlog: number;
    readonly senderMiB: { readonly before: number; readonly with: number; readonly draining: number };
    /** Until the first went, from TikTok being back: its breaker was open. */
    readonly heldUpSeconds: number;
    /** From then on. */
    readonly drainedPerSecond: number;
  };
  readonly bytesPerEvent: { readonly table: number; readonly indexes: number; readonly wal: number };
}

export interface EventsSettings {
  readonly events: number;
  readonly apart: boolean;
  readonly onProgress: (line: string) => void;
}

/** Of the rate that was reached, while keeping up. */
const PART = 0.6;
const SHOPS = 4;
const LOOK_MS = 100;

/** Watches the processes of a stack from now on. */
function watchCost({ processes }: EventStack) {
  const before = Object.fromEntries(Object.entries(processes).map(([name, pid]) => [name, usageOf(pid).cpuSeconds]));
  const driver = process.cpuUsage();
  const peak: Record<string, number> = {};
  const look = (): void => {
    for (const [name, pid] of Object.entries(processes)) peak[name] = Math.max(peak[name] ?? 0, usageOf(pid).memoryMiB);
  };
  const timer = setInterval(look, 1_000);
  timer.unref();
  return (events: number): Cost => {
    clearInterval(timer);
    look();
    const used = Object.entries(processes).map(([name, pid]) => [name, usageOf(pid).cpuSeconds - (before[name] ?? 0)] as const);
    const { user, system } = process.cpuUsage(driver);
    const all = [...used, ['driver', (user + system) / 1e6] as const];
    return {
      cpuMsPerThousand: Object.fromEntries(all.map(([name, seconds]) => [name, (seconds * 1e6) / events])),
      peakMiB: peak,
    };
  };
}

async function waiting({ db }: EventStack): Promise<boolean> {
  const { rows } = await sql`select 1 from events where state = 'waiting' limit 1`.execute(db);
  return rows.length > 0;
}

async function untilSent(stack: EventStack): Promise<void> {
  while (await waiting(stack)) await delay(LOOK_MS);
}

/** From acknowledged to sent, of the events of one part. */
async function waitedMs({ db }: EventStack, run: string) {
  const { rows } = await sql<{ p50: number; p95: number; p99: number }>`
    select percentile_disc(0.5) within group (order by waited) as p50, percentile_disc(0.95) within group (order by waited) as p95,
      percentile_disc(0.99) within group (order by waited) as p99
    from (select extract(epoch from settled_at - received_at)::float8 * 1000 as waited from events
      where state = 'sent' and event_id like ${`${run}-%`}) as each`.execute(db);
  const [row] = rows;
  return { p50Ms: row?.p50 ?? 0, p95Ms: row?.p95 ?? 0, p99Ms: row?.p99 ?? 0 };
}

async function walBytes({ db }: EventStack): Promise<number> {
  const { rows } = await sql<{ at: string }>`select pg_current_wal_lsn() - '0/0'::pg_lsn as at`.execute(db);
  return Number(rows[0]?.at ?? 0);
}

async function sizes({ db }: EventStack): Promise<{ readonly table: number; readonly indexes: number; readonly count: number }> {
  const { rows } = await sql<{ heap: string; indexes: string; count: string }>`
    select sum(pg_table_size(c.oid)) as heap, sum(pg_indexes_size(c.oid)) as indexes, (select count(*) from events) as count
    from pg_class c where c.relkind = 'r' and (c.relname ~ '^events_' or c.relname = 'event_keys')`.execute(db);
  const { heap = '0', indexes = '0', count = '1' } = rows[0] ?? {};
  return { table: Number(heap), indexes: Number(indexes), count: Number(count) };
}

async function outage(stack: EventStack, events: number, say: (line: string) => void): Promise<EventsResult['outage']> {
  const memory = (): number => usageOf(stack.processes.sender ?? 0).memoryMiB;
  const before = memory();
  await axios.post(`${stack.simulator}/_sim/faults`, { endpoint: '/event/track/', fault: 'http=503', times: null });
  const handedIn = await handIn(stack, { run: 'outage', events, perRequest: 500, inFlight: 4 });
  const { rows } = await sql<{ count: string }>`select count(*) as count from events where state = 'waiting'`.execute(stack.db);
  const withBacklog = memory();
  say(`${rows[0]?.count ?? 0} events wait; TikTok is back`);
  await axios.delete(`${stack.simulator}/_sim/faults`);
  const back = Date.now();
  let draining = 0;
  while (await waiting(stack)) {
    draining = Math.max(draining, memory());
    await delay(LOOK_MS);
  }
  const { rows: sent } = await sql<{ first: Date; last: Date }>`
    select min(settled_at) as first, max(settled_at) as last from events where event_id like 'outage-%'`.execute(stack.db);
  const [first = back, last = back] = [sent[0]?.first.getTime(), sent[0]?.last.getTime()];
  return {
    handedIn,
    backlog: Number(rows[0]?.count ?? 0),
    senderMiB: { before, with: withBacklog, draining },
    heldUpSeconds: (first - back) / 1_000,
    drainedPerSecond: (events * 1_000) / Math.max(1, last - first),
  };
}

/** Events through intake, map, hash, store and send, beside what its parts would cost alone, all in one run. */
export async function measureEvents({ events, apart, onProgress }: EventsSettings): Promise<EventsResult> {
  const stack = await startEventStack({ shops: SHOPS, apart, onProgress });
  try {
    onProgress('warm-up');
    await handIn(stack, { run: 'warm', events: Math.min(5_000, events), perRequest: 500, inFlight: 2 });
    await untilSent(stack);
    onProgress(`${events} events as fast as they are acknowledged`);
    const wal = await walBytes(stack);
    const whole = watchCost(stack);
    const began = Date.now();
    const handedIn = await handIn(stack, { run: 'capacity', events, perRequest: 500, inFlight: 4 });
    await untilSent(stack);
    const seconds = (Date.now() - began) / 1_000;
    const capacity = { handedIn, seconds, perSecond: events / seconds, ...whole(events) };
    const walPerEvent = ((await walBytes(stack)) - wal) / events;
    const rate = Math.round(PART * capacity.perSecond);
    const some = Math.max(1_000, Math.round(events / 4));
    onProgress(`${capacity.perSecond.toFixed(0)} a second; now ${some} events at ${rate} a second`);
    const part = watchCost(stack);
    const steady = await handIn(stack, { run: 'steady', events: some, perRequest: 100, inFlight: 16, rate });
    await untilSent(stack);
    const keepingUp = { rate, handedIn: steady, ...(await waitedMs(stack, 'steady')), ...part(some) };
    onProgress(`p99 ${keepingUp.p99Ms.toFixed(0)} ms; now ${events} events while TikTok is down`);
    const down = await outage(stack, events, onProgress);
    const { table, indexes, count } = await sizes(stack);
    onProgress('the floors');
    const floors = { copy: await copyFloor(stack), post: await postFloor(stack, { events: Math.min(events, 200_000), inFlight: 4 }) };
    return {
      benchmark: 'events',
      events,
      apart,
      load1m: Math.round((loadavg()[0] ?? 0) * 10) / 10,
      floors,
      capacity,
      keepingUp,
      outage: down,
      bytesPerEvent: { table: table / count, indexes: indexes / count, wal: walPerEvent },
    };
  } finally {
    await stack.stop();
  }
}
