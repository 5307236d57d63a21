import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import { asStepFailure, certaintyOf } from '../../src/activities/failure.js';
import { type Database, openDatabase } from '../../src/store/database.js';
import { createLimiter } from '../../src/tiktok/limiter.js';
import { SlotFarAway } from '../../src/tiktok/not-sent.js';
import { sweep } from '../../src/tiktok/rate-places.js';
import { rateLimitOf } from '../../src/tiktok/rate-levels.js';
import type { Attempt } from '../../src/tiktok/turns.js';
import { usePostgres } from '../store/postgres.js';
import { answeredBy, envelope, TRANSFER } from './answering.js';

const postgres = usePostgres();
const ENDPOINT = '/bc/get/';
const APP = '7300000000000000900';

/** Moves an endpoint's next free slot, as other workers' calls would have. */
async function fill(db: Database, ms: number, dayCount = 1): Promise<void> {
  await sql`
    insert into rate_slots (endpoint, next_at, day, day_count)
    values (${`${APP} ${ENDPOINT}`}, clock_timestamp() + ${ms} * interval '1 millisecond', (clock_timestamp() at time zone 'utc')::date, ${dayCount})
    on conflict (endpoint) do update set next_at = excluded.next_at, day = excluded.day, day_count = excluded.day_count`.execute(db);
}

async function slots(db: Database): Promise<unknown> {
  return (await sql`select endpoint, next_at::text, day_count from rate_slots order by endpoint`.execute(db)).rows;
}

/** An attempt of a tenant's activity. */
function attemptOf(tenant: string, activity = 'a') {
  return { identity: {}, kind: 'read', only: false, waiter: { name: `${tenant} ${activity}`, fairnessKey: tenant } } satisfies Attempt;
}

/** The most slots in any second. */
function mostWithinASecond(slotTimes: readonly number[]): number {
  return Math.max(...slotTimes.map((start) => slotTimes.filter((at) => at >= start && at < start + 1_000).length));
}

describe('slots that all workers share', () => {
  it('two workers on one database never get more than the limit in any second, the first included', async () => {
    const db = await postgres.open();
    const workers = [db, postgres.openAgain(db)].map((pool) => createLimiter({ db: pool, appId: APP, level: 20 }));
    const taken = await Promise.all(
      workers.flatMap((worker) => Array.from({ length: 15 }, () => worker.take(ENDPOINT, { irreversible: true }))),
    );
    const times = taken.map((slot) => slot?.getTime() ?? Number.NaN).sort((a, b) => a - b);
    expect(times).toHaveLength(30);
    expect(mostWithinASecond(times)).toBeLessThanOrEqual(20);
    // Nothing is saved up while idle: the second call of all waits already. 50 ms are planned, of which 15 may be lost by lateness.
    const gaps = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(50 - 15 - 1);
  });

  it('an idle endpoint earns no burst', async () => {
    const db = await postgres.open();
    await fill(db, -3_600_000);
    const limiter = createLimiter({ db, appId: APP, level: 20 });
    const taken = await Promise.all([1, 2, 3].map(() => limiter.take(ENDPOINT)));
    const times = taken.map((slot) => slot?.getTime() ?? Number.NaN).sort((a, b) => a - b);
    // 100 ms are planned; the first may have come 15 ms after its slot.
    expect((times[2] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(100 - 15 - 1);
  });

  it('another endpoint and another app have slots of their own', async () => {
    const db = await postgres.open();
    await fill(db, 60_000);
    await expect(createLimiter({ db, appId: APP, level: 'basic' }).take('/pixel/list/')).resolves.toBeInstanceOf(Date);
    await expect(createLimiter({ db, appId: '7300000000000000901', level: 'basic' }).take(ENDPOINT)).resolves.toBeInstanceOf(Date);
  });

  it('a slot far away is left to others, and says when to come back', async () => {
    const db = await postgres.open();
    await fill(db, 60_000);
    const before = await slots(db);
    const refusal: unknown = await createLimiter({ db, appId: APP, level: 'basic' })
      .take(ENDPOINT)
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(SlotFarAway);
    expect(refusal).toMatchObject({ endpoint: ENDPOINT });
    const retryInMs = refusal instanceof SlotFarAway ? refusal.retryInMs : 0;
    expect(retryInMs).toBeGreaterThan(30_000);
    expect(retryInMs).toBeLessThanOrEqual(62_000);
    expect(await slots(db)).toEqual(before);
  });

  it('those who are sent away come back one after the other, as fast as slots fall free', async () => {
    const db = await postgres.open();
    await fill(db, 30_000);
    const returns: number[] = [];
    for (const tenant of ['t1', 't2', 't3', 't4', 't5']) {
      const refusal: unknown = await createLimiter({ db, appId: APP, level: 5, attempt: () => attemptOf(tenant) })
        .take(ENDPOINT)
        .catch((error: unknown) => error);
      returns.push(refusal instanceof SlotFarAway ? Date.now() + refusal.retryInMs : Number.NaN);
    }
    const gaps = returns.slice(1).map((at, index) => at - (returns[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(100);
    expect(Math.max(...returns) - Date.now()).toBeLessThan(32_000);
  });

  it('nobody is sent away for longer than a minute, however long the line is', async () => {
    const db = await postgres.open();
    await fill(db, 3_600_000);
    const refusal: unknown = await createLimiter({ db, appId: APP, level: 5 })
      .take(ENDPOINT)
      .catch((error: unknown) => error);
    expect(refusal instanceof SlotFarAway ? refusal.retryInMs : Number.NaN).toBeLessThanOrEqual(60_000);
  });

  it('an attempt that had a slot waits for its next one instead of being sent away to begin anew', async () => {
    const db = await postgres.open();
    let attempt: Attempt = attemptOf('t1');
    const limiter = createLimiter({ db, appId: APP, level: 20, attempt: () => attempt });
    await limiter.take('/pixel/list/');
    await limiter.take(ENDPOINT);
    attempt = { ...attempt, identity: {} };
    await limiter.take('/pixel/list/');
    await fill(db, 2_500);
    await expect(createLimiter({ db, appId: APP, level: 20 }).take(ENDPOINT)).rejects.toBeInstanceOf(SlotFarAway);
    await expect(limiter.take(ENDPOINT)).resolves.toBeInstanceOf(Date);
  });

  it('an attempt that serves many waits for its first slot already, and stands in no line', async () => {
    const db = await postgres.open();
    await fill(db, 2_500);
    const attempt: Attempt = { identity: {}, kind: 'list', only: false, waiter: undefined };
    await expect(createLimiter({ db, appId: APP, level: 20, attempt: () => attempt }).take(ENDPOINT)).resolves.toBeInstanceOf(Date);
    expect((await sql`select waiter from rate_waiters`.execute(db)).rows).toEqual([]);
  });

  it('attempts of a kind begin only when the slots are near of all endpoints that others of their kind have called', async () => {
    const db = await postgres.open();
    let attempt: Attempt = attemptOf('t1');
    const limiter = createLimiter({ db, appId: APP, level: 20, attempt: () => attempt });
    await limiter.take('/pixel/list/');
    await limiter.take(ENDPOINT);
    await fill(db, 60_000);
    const before = await slots(db);
    attempt = { ...attempt, identity: {} };
    await expect(limiter.take('/pixel/list/')).rejects.toMatchObject({ name: 'SlotFarAway', endpoint: ENDPOINT });
    expect(await slots(db)).toEqual(before);
    attempt = { ...attempt, identity: {}, kind: 'another' };
    await expect(limiter.take('/pixel/list/')).resolves.toBeInstanceOf(Date);
  });

  it('the only attempt of an activity waits for every slot, also for calls that could be repeated', async () => {
    const db = await postgres.open();
    await fill(db, 2_500);
    const limiter = createLimiter({
      db,
      appId: APP,
      level: 20,
      attempt: () => ({ ...attemptOf('t1'), only: true }),
    });
    await expect(limiter.take(ENDPOINT)).resolves.toBeInstanceOf(Date);
  });

  it('of an attempt whose first call is sent away no other call takes a slot', async () => {
    const db = await postgres.open();
    await fill(db, 60_000);
    const before = await slots(db);
    const attempt = attemptOf('t1');
    const limiter = createLimiter({ db, appId: APP, level: 20, attempt: () => attempt });
    const together = await Promise.allSettled([ENDPOINT, '/pixel/list/', '/identity/get/'].map((endpoint) => limiter.take(endpoint)));
    expect(together.map((each) => (each.status === 'rejected' ? each.reason : each.value))).toEqual(
      together.map(() => expect.any(SlotFarAway)),
    );
    expect(await slots(db)).toEqual(before);
  });

  it('a call that may not be repeated waits, until its caller gives up', async () => {
    const db = await postgres.open();
    await fill(db, 60_000);
    const controller = new AbortController();
    const waiting = createLimiter({ db, appId: APP, level: 'basic' }).take(ENDPOINT, { irreversible: true, signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
  });

  it("the day's last call is followed by a wait until the next UTC day, for every call", async () => {
    const db = await postgres.open();
    const { qpd } = rateLimitOf('basic', ENDPOINT) ?? { qpd: 0 };
    await fill(db, -1_000, qpd - 1);
    const limiter = createLimiter({ db, appId: APP, level: 'basic' });
    await expect(limiter.take(ENDPOINT)).resolves.toBeInstanceOf(Date);
    const refusal: unknown = await limiter.take(ENDPOINT, { irreversible: true }).catch((error: unknown) => error);
    const { rows } = await sql<{ ms: number }>`
      select extract(epoch from (((clock_timestamp() at time zone 'utc')::date + 1)::timestamp at time zone 'utc') - clock_timestamp())::float8 * 1000 as ms`.execute(
      db,
    );
    const untilMidnight = rows[0]?.ms ?? 0;
    expect(refusal instanceof SlotFarAway ? refusal.retryInMs : 0).toBeGreaterThanOrEqual(untilMidnight);
  });

  it('yesterday does not count', async () => {
    const db = await postgres.open();
    await fill(db, -1_000, 864_000);
    await sql`update rate_slots set day = day - 1`.execute(db);
    await expect(createLimiter({ db, appId: APP, level: 'basic' }).take(ENDPOINT)).resolves.toBeInstanceOf(Date);
    expect(await slots(db)).toEqual([expect.objectContaining({ day_count: 1 })]);
  });

  it('a slot that was overslept is not used: another one is taken', async () => {
    const db = await postgres.open();
    await fill(db, 500);
    const before = await slots(db);
    const waiting = createLimiter({ db, appId: APP, level: 'basic' }).take(ENDPOINT);
    await expect.poll(() => slots(db)).not.toEqual(before);
    const [first] = (await sql<{ next_at: Date }>`select next_at from rate_slots`.execute(db)).rows;
    // A process that is busy or frozen for longer than the wait.
    for (const until = Date.now() + 1_000; Date.now() < until; );
    const slot = await waiting;
    expect(slot?.getTime() ?? 0).toBeGreaterThanOrEqual(first?.next_at.getTime() ?? Number.NaN);
  });

  it('who is late holds up those behind, so that no second has more calls than planned', async () => {
    const db = await postgres.open();
    await fill(db, 300);
    const before = await slots(db);
    const frozen = createLimiter({ db, appId: APP, level: 2 });
    const going = async (): Promise<number> => {
      await frozen.take(ENDPOINT, { irreversible: true });
      return Date.now();
    };
    const early = going();
    await expect.poll(() => slots(db)).not.toEqual(before);
    const behind = [1, 2, 3].map(going);
    await expect.poll(async () => (await sql`select 1 from rate_slots where day_count = 5`.execute(db)).rows.length).toBe(1);
    for (const until = Date.now() + 500; Date.now() < until; );
    // The first goes out hundreds of milliseconds after its slot; were its lane not held up, the third would follow within the same second.
    expect(mostWithinASecond(await Promise.all([early, ...behind]))).toBe(2);
  });

  it('without a limit the database is not asked', async () => {
    const db = await postgres.open();
    expect(await createLimiter({ db, appId: APP, level: 'off' }).take(ENDPOINT)).toBeNull();
    expect(await slots(db)).toEqual([]);
  });
});

describe('the line of those who were sent away', () => {
  const LEVEL = 5;
  const ask = (db: Database, attempt: Attempt, endpoint = ENDPOINT): Promise<unknown> =>
    createLimiter({ db, appId: APP, level: LEVEL, attempt: () => attempt })
      .take(endpoint)
      .catch((error: unknown) => error);
  const tenants = Array.from({ length: 15 }, (_, index) => `t${index + 1}`);

  /** Fifteen tenants that were sent away, three seconds of slots; now a slot is free, and they are still away. */
  async function sentAway(db: Database): Promise<void> {
    await fill(db, 5_000);
    for (const tenant of tenants) expect(await ask(db, attemptOf(tenant))).toBeInstanceOf(SlotFarAway);
    await fill(db, 0);
  }

  it('goes before whoever comes anew', async () => {
    const db = await postgres.open();
    await sentAway(db);
    expect(await ask(db, attemptOf('new'))).toBeInstanceOf(SlotFarAway);
    expect(await ask(db, attemptOf('t1'))).toBeInstanceOf(Date);
  });

  it('keeps the place of whoever comes back too early', async () => {
    const db = await postgres.open();
    await sentAway(db);
    const early: unknown = await ask(db, attemptOf('t15'));
    const anew: unknown = await ask(db, attemptOf('new'));
    const awayMs = (refusal: unknown): number => (refusal instanceof SlotFarAway ? refusal.retryInMs : Number.NaN);
    expect(awayMs(early)).toBeLessThan(awayMs(anew));
  });

  it('lets a tenant go first that has had fewer slots of the endpoint', async () => {
    const db = await postgres.open();
    for (const tenant of tenants) expect(await ask(db, attemptOf(tenant, 'before'))).toBeInstanceOf(Date);
    await sentAway(db);
    expect(await ask(db, attemptOf('t1', 'another activity'))).toBeInstanceOf(SlotFarAway);
    expect(await ask(db, attemptOf('new'))).toBeInstanceOf(Date);
  });

  it('is not waited for where slots fall free and nobody of it comes', async () => {
    const db = await postgres.open();
    await sentAway(db);
    await fill(db, -1_500);
    expect(await ask(db, attemptOf('new'))).toBeInstanceOf(Date);
  });

  it('is not as long as those in it who should be back and are not', async () => {
    const db = await postgres.open();
    await sentAway(db);
    await sql`update rate_waiters set turn_at = clock_timestamp()`.execute(db);
    expect(await ask(db, attemptOf('new'))).toBeInstanceOf(Date);
  });

  it('holds for a call that nobody expected of such attempts, and the next of them does not begin in vain', async () => {
    const db = await postgres.open();
    await sentAway(db);
    const begun = attemptOf('new');
    const next = attemptOf('newer');
    let current = begun;
    const limiter = createLimiter({ db, appId: APP, level: LEVEL, attempt: () => current });
    await expect(limiter.take('/pixel/list/')).resolves.toBeInstanceOf(Date);
    await expect(limiter.take(ENDPOINT)).rejects.toBeInstanceOf(SlotFarAway);
    current = next;
    await expect(limiter.take('/pixel/list/')).rejects.toMatchObject({ name: 'SlotFarAway', endpoint: ENDPOINT });
  });

  it('is stood in at once at every endpoint that such attempts call', async () => {
    const db = await postgres.open();
    let attempt: Attempt = attemptOf('t1');
    const limiter = createLimiter({ db, appId: APP, level: LEVEL, attempt: () => attempt });
    await limiter.take('/pixel/list/');
    await limiter.take(ENDPOINT);
    await fill(db, 5_000);
    attempt = attemptOf('t2');
    await expect(limiter.take('/pixel/list/')).rejects.toMatchObject({ name: 'SlotFarAway', endpoint: ENDPOINT });
    expect((await sql`select split_part(endpoint, ' ', 2) as endpoint, waiter from rate_waiters order by 1`.execute(db)).rows).toEqual([
      { endpoint: ENDPOINT, waiter: 't2 a' },
      { endpoint: '/pixel/list/', waiter: 't2 a' },
    ]);
  });

  it('loses those who have not come back for hours', async () => {
    const db = await postgres.open();
    await sentAway(db);
    await sql`update rate_waiters set turn_at = clock_timestamp() - interval '3 hours' where waiter <> 't1 a'`.execute(db);
    await sweep(db);
    expect((await sql`select waiter from rate_waiters`.execute(db)).rows).toEqual([{ waiter: 't1 a' }]);
  });

  it('keeps room for all calls that an attempt makes to the endpoint', async () => {
    const db = await postgres.open();
    await fill(db, 5_000);
    const attempt = attemptOf('t1');
    const limiter = createLimiter({ db, appId: APP, level: LEVEL, attempt: () => attempt });
    await Promise.allSettled([1, 2, 3].map(() => limiter.take(ENDPOINT)));
    expect((await sql`select waiter, calls from rate_waiters`.execute(db)).rows).toEqual([{ waiter: 't1 a', calls: 3 }]);
    await fill(db, 0);
    await expect(limiter.take(ENDPOINT)).rejects.toBeInstanceOf(SlotFarAway);
    attempt.identity = {};
    await Promise.all([1, 2, 3].map(() => limiter.take(ENDPOINT)));
    expect((await sql`select waiter from rate_waiters`.execute(db)).rows).toEqual([]);
    expect((await sql`select fairness_key, slots from rate_shares`.execute(db)).rows).toEqual([{ fairness_key: 't1', slots: 3 }]);
  });
});

describe('a client with a limiter', () => {
  it('sends nothing when the slot is far away', async () => {
    const db = await postgres.open();
    await fill(db, 60_000);
    const { client, observed } = await answeredBy(envelope(0, 'OK'), { limiter: createLimiter({ db, appId: APP, level: 'basic' }) });
    const refusal: unknown = await client.bcGet({ bc_id: '1', page: 1, page_size: 50 }).catch((error: unknown) => error);
    expect(observed).toEqual([]);
    const failure = asStepFailure(refusal);
    expect(failure).toMatchObject({ type: 'tiktok_rate_limited', nonRetryable: false });
    expect(Number(failure.nextRetryDelay)).toBeGreaterThan(30_000);
    expect(certaintyOf(refusal)).toBe('unsent');
  });

  it('sends nothing when the caller gives up while waiting', async () => {
    const db = await postgres.open();
    await fill(db, 60_000);
    await sql`update rate_slots set endpoint = ${`${APP} /bc/transfer/`}`.execute(db);
    const controller = new AbortController();
    const { client, observed } = await answeredBy(envelope(0, 'OK'), { limiter: createLimiter({ db, appId: APP, level: 'basic' }) });
    const waiting = client.bcTransfer(TRANSFER, { signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ class: 'cancelled', certainty: 'unsent', irreversible: true });
    expect(observed).toEqual([]);
  });

  it('sends nothing when our database is away', async () => {
    const db = openDatabase('postgres://postgres:not-a-real-password@127.0.0.1:1/kobi');
    const { client, observed } = await answeredBy(envelope(0, 'OK'), { limiter: createLimiter({ db, appId: APP, level: 'basic' }) });
    const refusal: unknown = await client.bcTransfer(TRANSFER).catch((error: unknown) => error);
    expect(observed).toEqual([]);
    expect(asStepFailure(refusal)).toMatchObject({ type: 'database_unavailable' });
    expect(certaintyOf(refusal)).toBe('unsent');
    await db.destroy();
  });
});

describe("TikTok's limits by level", () => {
  it.each([
    ['basic', '/bc/get/', 10, 600],
    ['advanced', '/bc/get/', 20, 1_200],
    ['premium', '/bc/get/', 30, 1_800],
    ['ultimate', '/bc/get/', 50, 3_000],
    ['basic', '/catalog/product/upload/', 5, 300],
    ['ultimate', '/catalog/product/upload/', 10, 600],
    ['advanced', '/ad/create/', 10, 200],
    ['basic', '/event/track/', 1_000, 600_000],
    ['sandbox', '/campaign/create/', 1, 30],
    [7, '/event/track/', 7, 420],
  ] as const)('%s, %s', (level, endpoint, qps, qpm) => {
    expect(rateLimitOf(level, endpoint)).toMatchObject({ qps, qpm });
  });
});
