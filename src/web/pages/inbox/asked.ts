import { z } from 'zod';
import { deciderOf } from '../../../cli/decider.js';
import { BALLS, GATE_IDS } from '../../../contract/checklist.js';
import { findPerson, type People, type Person } from '../../../domain/people.js';
import { typedAmount } from '../../../domain/typed-amount.js';
import { INBOX_SORTS, type InboxQuery } from '../../../store/inbox.js';
import { tenantsOf } from '../../authority.js';

const DAY_MS = 86_400_000;
export const DUES = { past: 'past due', day: 'within a day', week: 'within a week' } as const;
export const AGES = { 1: 'over 1 day', 3: 'over 3 days', 7: 'over a week', 30: 'over 30 days' } as const;

/** What the inbox's form asks for; whatever is no choice of it counts as not asked. */
export const askedSchema = z.object({
  q: z.string().max(200).catch(''),
  gate: z.enum(GATE_IDS).optional().catch(undefined),
  ball: z.enum(BALLS).catch('kobi'),
  due: z.enum(['past', 'day', 'week']).optional().catch(undefined),
  age: z.enum(['1', '3', '7', '30']).optional().catch(undefined),
  amount: z.string().trim().max(30).catch(''),
  /** Id of the person who may decide. */
  who: z.string().max(100).catch(''),
  sort: z.enum(INBOX_SORTS).catch('mine'),
  page: z.coerce.number().int().min(1).max(10_000).catch(1),
});
export type Asked = z.infer<typeof askedSchema>;

/** `1000 EUR` in minor units; undefined when it is no amount with its currency. */
export function amountTyped(text: string): InboxQuery['amountFrom'] {
  const currency = /[A-Za-z]{3}$/.exec(text)?.[0].toUpperCase();
  const amountMinor = currency === undefined ? undefined : typedAmount(text, currency);
  return currency === undefined || amountMinor === undefined ? undefined : { amountMinor, currency };
}

/** The address of the inbox with this question; what is as usual is left out. */
export function addressOf(asked: Asked, change: Partial<Asked> = {}): string {
  const usual: Partial<Record<string, string>> = { ball: 'kobi', sort: 'mine', page: '1', q: '', amount: '', who: '' };
  const entries = Object.entries({ ...asked, page: 1, ...change }).flatMap(([name, value]): [string, string][] =>
    value === undefined || String(value) === usual[name] ? [] : [[name, String(value)]],
  );
  return entries.length === 0 ? '/' : `/?${new URLSearchParams(entries).toString()}`;
}

/** The question as the database is asked it. */
export function queryOf(asked: Asked, viewer: Person, people: People, now: Date): InboxQuery {
  const { q, gate, ball, due, age, amount, who, sort } = asked;
  const later = (ms: number): string => new Date(now.getTime() + ms).toISOString();
  const named = who === '' ? undefined : findPerson(people, who);
  return {
    text: q,
    gate,
    ball,
    sort,
    first: deciderOf(viewer),
    slugs: tenantsOf(viewer),
    amountFrom: amountTyped(amount),
    ...(due === undefined ? {} : { dueBefore: later({ past: 0, day: DAY_MS, week: 7 * DAY_MS }[due]) }),
    ...(age === undefined ? {} : { openedBefore: later(-Number(age) * DAY_MS) }),
    ...(named === undefined ? {} : { decider: deciderOf(named) }),
  };
}
