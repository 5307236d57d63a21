import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Child, jsonLine, startChild } from '../../../scripts/stack/child.js';
import { PARK_REASONS } from '../../../src/contract/event-reasons.js';
import { breakerFailed } from '../../../src/store/event-breakers.js';
import type { Database } from '../../../src/store/database.js';
import { purchase, purchases, settled, until, useSending } from './rig.js';

const rig = useSending();
const folder = mkdtempSync(join(tmpdir(), 'kobi-sender-'));
const children: Child[] = [];
let db: Database;
beforeAll(async () => {
  db = await rig.postgres.open();
}, 120_000);
afterAll(async () => {
  for (const child of children) await child.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function sender(env: Readonly<Record<string, string>> = {}) {
  const started = await startChild({
    entry: 'src/sender.ts',
    env: {
      KOBI_DEV_ENV: 'off',
      DATABASE_URL: rig.postgres.url('kobi_1'),
      TIKTOK_BASE_URL: rig.simulator.apiUrl,
      TIKTOK_APP_ID: '7300000000000000900',
      TIKTOK_APP_SECRET: 'sim-secret',
      TIKTOK_ACCESS_TOKEN: 'sim-token-kobi-admin',
      KOBI_SENDER_HEALTH_PORT: '0',
      KOBI_SENDER_METRICS_PORT: '0',
      ...env,
    },
    logFile: join(folder, 'sender.log'),
    ready: (line) => (line.includes('the sender sends') ? (jsonLine(line) ?? {}) : null),
  });
  children.push(started.child);
  return started;
}

const rules = z.object({ groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })) });

describe('the sender’s process', { timeout: 120_000 }, () => {
  it('is ready, and reports what is sent, what waits, what is parked and what is stopped, by the names that the alerts use', async () => {
    const [stopped, going] = [await rig.shop(db), await rig.shop(db)];
    await stopped.takeIn(purchases(7));
    const failure = {
      now: new Date(),
      reason: 'permission',
      code: 40_001,
      requestId: 'r',
      opensAfter: 1,
      firstMs: 3_600_000,
      longestMs: 3_600_000,
      spread: 0,
    } as const;
    await breakerFailed(db, stopped.pixelCode, failure);
    await going.takeIn([...purchases(5), purchase('bad')]);
    await rig.simulator.admin.fault('/event/track/', 'code=40002', { match: '"bad"', times: null });
    // The first look at the backlog comes when the process starts, so what it finds must be there before.
    const first = await sender();
    await settled(db, going.slug);
    expect(await first.child.stop()).toBe(0);
    await going.takeIn([purchase('another')]);
    const { child, facts } = await sender();
    await settled(db, going.slug);
    await until('it is ready', async () => (await fetch(facts.health ?? '')).status === 200);
    const metrics = async (): Promise<string> => (await fetch(facts.metrics ?? '')).text();
    await until('the backlog is counted', async () => (await metrics()).includes('kobi_events_stopped'));
    const text = await metrics();
    expect(text).toMatch(/kobi_events_backlog\{[^}]*state="waiting"[^}]*\} [78]\n/);
    expect(text).toMatch(/kobi_events_backlog\{[^}]*state="parked"[^}]*\} 1\n/);
    expect(text).toMatch(/kobi_events_backlog_age_seconds\{[^}]*state="waiting"[^}]*\} \d+\n/);
    expect(text).toMatch(/kobi_events_stopped\{[^}]*reason="permission"[^}]*\} 1\n/);
    expect(text).toMatch(/kobi_events_sent_total\{[^}]*source="web"[^}]*\} 1\n/);
    expect(text).toMatch(/kobi_events_waited_milliseconds_count\{[^}]*source="web"[^}]*\} 1\n/);
    // Times are told apart where they lie, from milliseconds to an hour.
    for (const histogram of ['kobi_events_waited_milliseconds', 'kobi_tiktok_call_milliseconds'])
      for (const bound of [10, 1_000, 3_600_000]) expect(text).toMatch(new RegExp(`${histogram}_bucket\\{[^}]*le="${bound}"`));
    const known = new Set([...text.matchAll(/^(kobi_events_\w+)\{/gm)].map(([, name]) => name));
    // An alert on an increase sees the first of a reason only where there was a zero before.
    for (const reason of Object.keys(PARK_REASONS))
      expect(text).toMatch(new RegExp(`kobi_events_parked_total\\{[^}]*reason="${reason}"[^}]*\\} 0\n`));
    const { groups } = rules.parse(parse(readFileSync('deploy/prometheus/events.yaml', 'utf8')));
    for (const { alert, expr } of groups.flatMap((group) => group.rules))
      for (const [, name] of expr.matchAll(/(kobi_\w+)/g)) expect(known, alert).toContain(name);
    expect(await child.stop()).toBe(0);
    await rig.simulator.admin.ok('DELETE', 'faults');
  });

  it('counts what it parks', async () => {
    const shop = await rig.shop(db);
    await rig.simulator.admin.fault('/event/track/', 'code=40002', { match: '"worse"', times: null });
    const { facts } = await sender();
    await shop.takeIn([purchase('worse')]);
    await settled(db, shop.slug);
    await until('it is counted', async () =>
      /kobi_events_parked_total\{[^}]*reason="refused_by_tiktok"[^}]*\} 1\n/.test(await (await fetch(facts.metrics ?? '')).text()),
    );
  });

  it('says all that is wrong with its settings at once, without a value, and exits 2', async () => {
    const wrong = { KOBI_EVENTS_RATE: 'much', KOBI_EVENTS_KEEP_DAYS: '0', KOBI_SENDING: '{"batch":5000}', TIKTOK_ACCESS_TOKEN: '' };
    const error = await sender(wrong).then(
      () => '',
      (failed: unknown) => String(failed),
    );
    expect(error).toContain('(2)');
    for (const name of ['KOBI_EVENTS_RATE', 'KOBI_EVENTS_KEEP_DAYS', 'KOBI_SENDING', 'TIKTOK_ACCESS_TOKEN_FILE'])
      expect(error).toContain(name);
    expect(error).not.toContain('sim-secret');
  });
});
