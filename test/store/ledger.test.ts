import { sql } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/store/database.js';
import { csvCell, exportLedger } from '../../src/store/ledger-export.js';
import { appendToLedger, ledgerRows, listLedger, verifyChain } from '../../src/store/ledger.js';
import { migrateToLatest, pendingMigrations } from '../../src/store/migrations.js';
import { usePostgres } from './postgres.js';

const postgres = usePostgres();
const at = '2026-03-01T12:00:00.000Z';

function row(key: string, payload: Record<string, unknown> = {}, slug = 'alpine_school') {
  return { slug, kind: 'decision_accepted', key, actor: 'approver-a', payload, at };
}

async function lines(db: Database, format: 'jsonl' | 'csv', slug?: string): Promise<string[]> {
  const all: string[] = [];
  for await (const line of exportLedger(db, format, slug)) all.push(line);
  return all;
}

/** What somebody with the database's superuser could do. */
async function tamper(db: Database, statement: string): Promise<void> {
  await db.transaction().execute(async (transaction) => {
    await sql`set local session_replication_role = replica`.execute(transaction);
    await sql.raw(statement).execute(transaction);
  });
}

describe('the ledger', () => {
  it('numbers rows from 1 in each tenant and chains each to the one before', async () => {
    const db = await postgres.open();
    const first = await appendToLedger(db, row('a', { amountMinor: 1 }));
    const second = await appendToLedger(db, row('b', { nested: { z: 1, a: [1, null, 'x'] }, gone: undefined }));
    const elsewhere = await appendToLedger(db, row('a', {}, 'harbour_tours'));
    expect([first.row.seq, second.row.seq, elsewhere.row.seq]).toEqual([1, 2, 1]);
    expect(second.row.prev).toBe(first.row.hash);
    expect(await verifyChain(db)).toEqual([
      { slug: 'alpine_school', rows: 2, head: second.row.hash, fault: null },
      { slug: 'harbour_tours', rows: 1, head: elsewhere.row.hash, fault: null },
    ]);
  });

  it('keeps one row per key and answers with the first', async () => {
    const db = await postgres.open();
    const first = await appendToLedger(db, row('same', { said: 'first' }));
    await appendToLedger(db, row('between'));
    const again = await appendToLedger(db, row('same', { said: 'second' }));
    expect(again).toEqual({ row: first.row, appended: false });
    expect(await listLedger(db, { slug: 'alpine_school' })).toHaveLength(2);
  });

  it('takes 50 appends at once from two processes without a gap, a fork or a lost row', async () => {
    const db = await postgres.open();
    const other = postgres.openAgain(db);
    const appended = await Promise.all(
      Array.from({ length: 50 }, (_, index) => appendToLedger(index % 2 === 0 ? db : other, row(`key-${index}`))),
    );
    expect(appended.map(({ row: { seq } }) => seq).sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, index) => index + 1));
    expect(await verifyChain(db, 'alpine_school')).toMatchObject([{ rows: 50, fault: null }]);
  });

  it('makes one row of 50 appends with one key', async () => {
    const db = await postgres.open();
    const appended = await Promise.all(Array.from({ length: 50 }, () => appendToLedger(db, row('one'))));
    expect(new Set(appended.map((each) => each.row.hash)).size).toBe(1);
    expect(appended.filter((each) => each.appended)).toHaveLength(1);
  });

  it('falls with the transaction it is written in', async () => {
    const db = await postgres.open();
    const failing = db.transaction().execute(async (transaction) => {
      await appendToLedger(transaction, row('lost'));
      throw new Error('the other half failed');
    });
    await expect(failing).rejects.toThrow('the other half failed');
    expect(await listLedger(db)).toEqual([]);
  });

  it('records text that neither jsonb nor canonical JSON can hold, instead of failing for ever', async () => {
    const db = await postgres.open();
    const { row: kept } = await appendToLedger(db, row('odd', { reason: 'a\0b\uD800c', numbers: [1e21, 0.1, -0] }));
    expect(kept.payload['reason']).toBe('a\uFFFDb\uFFFDc');
    expect(await verifyChain(db)).toMatchObject([{ rows: 1, fault: null }]);
  });

  it('lets the database refuse every change of a row', async () => {
    const db = await postgres.open();
    await appendToLedger(db, row('a'));
    await expect(db.updateTable('ledger').set({ actor: 'somebody-else' }).execute()).rejects.toThrow('append-only: UPDATE is refused');
    await expect(db.deleteFrom('ledger').execute()).rejects.toThrow('append-only: DELETE is refused');
    await expect(sql`truncate ledger`.execute(db)).rejects.toThrow('append-only: TRUNCATE is refused');
    expect(await listLedger(db)).toHaveLength(1);
  });

  it.each([
    ['an edited payload', `update ledger set payload = '{"amountMinor": 9}' where seq = 3`, 3],
    ['an edited actor', `update ledger set actor = 'approver-b' where seq = 2`, 2],
    ['an edited time', `update ledger set at = at + interval '1 day' where seq = 4`, 4],
    ['a removed row', 'delete from ledger where seq = 3', 3],
    ['a removed first row', 'delete from ledger where seq = 1', 1],
    [
      'two exchanged rows',
      'update ledger set seq = case seq when 2 then 3 else 2 end + 100 where seq in (2, 3); update ledger set seq = seq - 100 where seq > 100',
      2,
    ],
  ])('names the first bad row after %s', async (_name, statement, seq) => {
    const db = await postgres.open();
    for (const key of ['a', 'b', 'c', 'd', 'e']) await appendToLedger(db, row(key, { amountMinor: 1 }));
    await tamper(db, statement);
    const [report] = await verifyChain(db, 'alpine_school');
    expect(report?.fault?.seq).toBe(seq);
  });

  it('reads page by page without losing or repeating a row', async () => {
    const db = await postgres.open();
    for (const slug of ['alpine_school', 'harbour_tours', 'tea_shop'])
      for (const key of ['a', 'b', 'c']) await appendToLedger(db, row(key, {}, slug));
    const seen: string[] = [];
    for await (const { slug, seq } of ledgerRows(db, undefined, 2)) seen.push(`${slug}:${seq}`);
    expect(seen).toEqual(['alpine_school', 'harbour_tours', 'tea_shop'].flatMap((slug) => [1, 2, 3].map((seq) => `${slug}:${seq}`)));
  });
});

describe('the export', () => {
  it('writes JSON Lines that hold the whole row', async () => {
    const db = await postgres.open();
    const { row: kept } = await appendToLedger(db, row('a', { reason: 'line one\nline two' }));
    expect((await lines(db, 'jsonl')).map((line): unknown => JSON.parse(line))).toEqual([kept]);
  });

  it('writes CSV in which no cell is a formula and none breaks its line', async () => {
    const db = await postgres.open();
    await appendToLedger(db, { ...row('=HYPERLINK("http://example.org")'), actor: '@SUM(1)', kind: '-1+1' });
    const [head, line] = await lines(db, 'csv');
    expect(head).toBe('slug,seq,at,kind,key,actor,payload,prev,hash');
    expect(line).toContain(`"'=HYPERLINK(""http://example.org"")"`);
    expect(line).toContain(`"'@SUM(1)","{}"`);
    expect(line).toContain(`"'-1+1"`);
  });

  it.each(['=1', '+1', '-1', '@x', '\t=1', ' =1', '\r=1', '\u200B=1', '\uFF1D1', '|calc'])('disarms %j', (text) => {
    expect(csvCell(text)).toBe(`"'${text}"`);
  });

  it('leaves harmless text as it is', () => {
    expect(csvCell('approver-a@example.org = yes, "quoted"')).toBe('"approver-a@example.org = yes, ""quoted"""');
  });

  it('shows control characters that a terminal would obey as text, in cells and in lines of JSON, which still say the same', async () => {
    expect(csvCell('\u001B]0;title\u0007\u009B31mred\ttab\nline')).toBe('"\\u001b]0;title\\u0007\\u009b31mred\ttab\nline"');
    const reason = 'fine\u009B2J\u007F\u001B[8m';
    const db = await postgres.open();
    await appendToLedger(db, { ...row('a', { reason }), actor: reason });
    const [line = ''] = await lines(db, 'jsonl');
    expect(line).not.toMatch(/\p{Cc}/u);
    expect(JSON.parse(line)).toMatchObject({ actor: reason, payload: { reason } });
    expect((await lines(db, 'csv')).join('')).not.toMatch(/\p{Cc}/u);
  });
});

describe('migrations', () => {
  it('may be run by several processes at once and again', async () => {
    const db = await postgres.open();
    expect(await pendingMigrations(db)).toEqual([]);
    await sql`drop schema public cascade`.execute(db);
    await sql`create schema public`.execute(db);
    const pending = await pendingMigrations(db);
    expect(pending).toContain('0001_foundation');
    expect(pending).toEqual(pending.toSorted());
    const applied = await Promise.all([db, postgres.openAgain(db), postgres.openAgain(db)].map(migrateToLatest));
    expect(applied.flat()).toEqual(pending);
    expect(await migrateToLatest(db)).toEqual([]);
  });

  it('say that another version made the database where it has one that this program does not know', async () => {
    const db = await postgres.open();
    await sql`insert into kysely_migration (name, timestamp) values ('0999_of_another_version', '2026-01-01T00:00:00Z')`.execute(db);
    await expect(migrateToLatest(db)).rejects.toThrow(/another version .*0999_of_another_version .*npm run dev -- --new/);
  });
});
