import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.js';
import { afterBusinessHours, type BusinessHours } from '../../src/domain/business-hours.js';

const HOUR = 3_600_000;
const OFFICE: BusinessHours = {
  days: [1, 2, 3, 4, 5],
  from: 9 * 60,
  to: 17 * 60,
  zone: 'Europe/Berlin',
  holidays: ['2026-04-03', '2026-04-06'],
};
const due = (from: string, hours: number): string => {
  const start = DateTime.fromISO(from, { zone: OFFICE.zone }).toJSDate();
  return DateTime.fromJSDate(afterBusinessHours(start, hours * HOUR, OFFICE), { zone: OFFICE.zone }).toFormat("ccc yyyy-MM-dd'T'HH:mm");
};

describe('business hours', () => {
  it.each([
    ['within the day', '2026-03-03T10:00', 2, 'Tue 2026-03-03T12:00'],
    ['to the last minute', '2026-03-03T09:00', 8, 'Tue 2026-03-03T17:00'],
    ['before the office opens', '2026-03-03T03:00', 1, 'Tue 2026-03-03T10:00'],
    ['after it closes', '2026-03-03T18:00', 1, 'Wed 2026-03-04T10:00'],
    ['over a weekend', '2026-03-06T16:00', 16, 'Tue 2026-03-10T16:00'],
    ['over Easter', '2026-04-02T16:00', 2, 'Tue 2026-04-07T10:00'],
    ['over the change of clocks', '2026-03-27T16:00', 2, 'Mon 2026-03-30T10:00'],
  ])('count %s', (_name, from, hours, expected) => {
    expect(due(from, hours)).toBe(expected);
  });

  it('give a date also to whoever never works', () => {
    const start = new Date('2026-03-03T10:00:00Z');
    expect(afterBusinessHours(start, HOUR, { ...OFFICE, days: [] })).toEqual(new Date('2026-03-03T11:00:00Z'));
  });

  it.each([
    ['{"from":"17:00","to":"09:00","zone":"Europe/Berlin","dueAfterHours":8}', 'is not later than from'],
    ['{"from":"9","to":"17:00","zone":"Europe/Berlin","dueAfterHours":8}', 'is not of the form 09:00'],
    ['{"from":"09:00","to":"17:00","zone":"Berlin","dueAfterHours":8}', 'is not an IANA time zone'],
  ])('are refused as %s', (text, fault) => {
    expect(() => readConfig({ KOBI_BUSINESS_HOURS: text })).toThrow(new RegExp(`KOBI_BUSINESS_HOURS[^\\n]*: ${fault}`));
  });
});
