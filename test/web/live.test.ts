import { setTimeout as delay } from 'node:timers/promises';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { eventually } from '../workflow/eventually.js';
import { type Browser, type Desk, startDesk } from './desk.js';
import { openShownSchool } from './shown-school.js';
import { openGate, save, STARTED_AT, statusOf } from './statuses.js';

let desk: Desk;
let viewer: Browser;
const streams: AbortController[] = [];
beforeAll(async () => {
  desk = await startDesk();
  await save(desk.database.db, statusOf('alpine_school', { gates: [openGate()] }));
  await save(desk.database.db, statusOf('coast_tours'));
  viewer = await desk.signedIn('viewer-a');
});
afterAll(async () => {
  for (const stream of streams) stream.abort();
  await desk.close();
});

interface Stream {
  next(): Promise<string | undefined>;
  /** The id of the last event that was read. */
  id(): string | undefined;
  close(): void;
}

/** The events of a stream, one after the other. */
async function stream(browser: Browser, path = '/live', at = desk, lastEventId?: string): Promise<Stream> {
  const closing = new AbortController();
  streams.push(closing);
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const answer = await fetch(`${at.origin}${path}`, {
    headers: { cookie, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) },
    signal: closing.signal,
  });
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  let id: string | undefined;
  return {
    close: () => closing.abort(),
    id: () => id,
    async next() {
      for (;;) {
        const found = /event: (\w+)\n[\s\S]*?\n\n/.exec(text);
        if (found) {
          id = /^id: (.*)$/m.exec(found[0])?.[1];
          text = text.slice(found.index + found[0].length);
          return found[1];
        }
        const part = await reader?.read().catch(() => undefined);
        if (part === undefined || part.done) return undefined;
        text += part.value;
      }
    },
  };
}

describe('live pages', () => {
  it('hear that a tenant whom the viewer sees changed, and nothing of others', async () => {
    const ops = await desk.signedIn('ops-a');
    const [mine, all, one] = await Promise.all([stream(viewer), stream(ops), stream(ops, '/live?tenant=alpine_school')]);
    expect([await mine.next(), await all.next(), await one.next()]).toEqual(['open', 'open', 'open']);
    await save(desk.database.db, statusOf('coast_tours', { state: 'parked' }));
    expect(await all.next()).toBe('changed');
    let heard = false;
    void Promise.race([mine.next(), one.next()]).then(() => (heard = true));
    // Whatever the first change caused was told with it; the second is told after it.
    await save(desk.database.db, statusOf('coast_tours', { state: 'waiting' }));
    expect(await all.next()).toBe('changed');
    expect(heard).toBe(false);
    for (const each of [mine, all, one]) each.close();
  });

  it('hear of the tenant whose page it is', async () => {
    const approver = await desk.signedIn('approver-a');
    const one = await stream(approver, '/live?tenant=alpine_school');
    expect(await one.next()).toBe('open');
    await save(desk.database.db, statusOf('alpine_school', { gates: [openGate({ revision: 2 })] }));
    expect(await one.next()).toBe('changed');
    one.close();
  });

  it('are told at once what changed between the making of the page and the opening of its stream', async () => {
    const school = await openShownSchool(new Date(STARTED_AT));
    onTestFinished(() => school.close());
    const approver = await school.desk.signedIn('approver-a');
    for (const path of ['/', '/board', '/tenants/alpine_school', '/tenants/alpine_school/gates/creative_policy']) {
      await school.show(statusOf('alpine_school', { gates: [openGate()] }));
      const page = await (await approver.get(path)).text();
      const address = /sse-connect="([^"]*)"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? '';
      const quiet = await stream(approver, address, school.desk);
      expect(await quiet.next(), path).toBe('open');
      let heard = false;
      const changed = quiet.next().then((event) => {
        heard = true;
        return event;
      });
      await delay(100);
      expect(heard, path).toBe(false);
      await school.show(statusOf('alpine_school', { state: 'parked', gates: [openGate()] }));
      const late = await stream(approver, address, school.desk);
      expect([await late.next(), await late.next()], path).toEqual(['open', 'changed']);
      late.close();
      expect(await changed).toBe('changed');
      quiet.close();
    }
  });

  it('are told when they come back what changed while they were away, and nothing when nothing did', async () => {
    const ops = await desk.signedIn('ops-a');
    const first = await stream(ops, '/live?tenant=alpine_school&seen=1970-01-01T00:00:00.000Z');
    expect([await first.next(), await first.next()]).toEqual(['open', 'changed']);
    const heard = first.id();
    first.close();
    await save(desk.database.db, statusOf('coast_tours', { state: 'running' }));
    const unchanged = await stream(ops, '/live?tenant=alpine_school&seen=1970-01-01T00:00:00.000Z', desk, heard);
    expect(await unchanged.next()).toBe('open');
    expect(unchanged.id()).toBe(heard);
    unchanged.close();
    await save(desk.database.db, statusOf('alpine_school', { state: 'waiting', gates: [openGate()] }));
    const changed = await stream(ops, '/live?tenant=alpine_school', desk, heard);
    expect([await changed.next(), await changed.next()]).toEqual(['open', 'changed']);
    changed.close();
  });

  it('open only when every later change will be told', async () => {
    // Nobody else looks at this desk, so that its first look for changes is the one that is held here.
    const quiet = await startDesk();
    onTestFinished(() => quiet.close());
    const { db } = quiet.database;
    const ops = await quiet.signedIn('ops-a');
    let opened = false;
    const { one, first } = await db.transaction().execute(async (transaction) => {
      await sql`lock table onboardings in access exclusive mode`.execute(transaction);
      const waiting = await stream(ops, '/live', quiet);
      const heard = waiting.next().then((event) => {
        opened = true;
        return event;
      });
      await eventually(
        'the desk that looks for changes',
        () => sql`select 1 from pg_locks where relation = 'onboardings'::regclass and not granted`.execute(db),
        ({ rows }) => rows.length > 0,
      );
      expect(opened).toBe(false);
      return { one: waiting, first: heard };
    });
    expect(await first).toBe('open');
    await save(db, statusOf('coast_tours', { state: 'parked' }));
    expect(await one.next()).toBe('changed');
    one.close();
  });

  it('are bounded: one stream too many of a session is told so and ends', async () => {
    const finance = await desk.signedIn('finance-a');
    const four = await Promise.all([1, 2, 3, 4].map(() => stream(finance)));
    expect(await Promise.all(four.map((each) => each.next()))).toEqual(['open', 'open', 'open', 'open']);
    const fifth = await stream(finance);
    expect([await fifth.next(), await fifth.next()]).toEqual(['full', undefined]);
    for (const each of four) each.close();
  });

  it('are for people who are signed in, and for tenants that they see', async () => {
    expect((await desk.browser().get('/live')).status).toBe(303);
    expect((await viewer.get('/live?tenant=coast_tours')).status).toBe(404);
  });

  it('work without JavaScript: the part is on the page, and scripts come from files of this origin only', async () => {
    const text = await (await viewer.get('/')).text();
    expect(text).toContain('sse-connect="/live?seen=');
    expect(text).toContain('/tenants/alpine_school/gates/creative_policy');
    expect([...text.matchAll(/<script([^>]*)>([^<]*)</g)].map((match) => [match[1]?.includes('src="/assets/'), match[2]])).toEqual([
      [true, ''],
      [true, ''],
      [true, ''],
    ]);
    expect(text).not.toMatch(/\son[a-z]+=/);
  });
});
