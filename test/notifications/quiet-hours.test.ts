import fc from 'fast-check';
import { DateTime } from 'luxon';
import { describe, expect, it } from 'vitest';
import { afterQuietHours } from '../../src/notifications/quiet-hours.js';

const NIGHT = { from: 20 * 60, to: 7 * 60 };
const NOON = { from: 12 * 60, to: 13 * 60 };
const berlin = (text: string): Date => DateTime.fromISO(text, { zone: 'Europe/Berlin' }).toJSDate();
const after = (text: string, quiet: typeof NIGHT | undefined): string =>
  DateTime.fromJSDate(afterQuietHours(berlin(text), 'Europe/Berlin', quiet), { zone: 'Europe/Berlin' }).toFormat("yyyy-MM-dd'T'HH:mm");

describe('quiet hours', () => {
  it.each([
    ['2026-03-02T19:59', NIGHT, '2026-03-02T19:59'],
    ['2026-03-02T20:00', NIGHT, '2026-03-03T07:00'],
    ['2026-03-03T06:59', NIGHT, '2026-03-03T07:00'],
    ['2026-03-03T07:00', NIGHT, '2026-03-03T07:00'],
    ['2026-03-03T12:30', NOON, '2026-03-03T13:00'],
    ['2026-03-03T13:00', NOON, '2026-03-03T13:00'],
    ['2026-03-02T23:00', undefined, '2026-03-02T23:00'],
    // The nights in which the clocks change are an hour shorter and longer.
    ['2026-03-28T22:00', NIGHT, '2026-03-29T07:00'],
    ['2026-10-24T22:00', NIGHT, '2026-10-25T07:00'],
  ])('lets a message of %s wait with %o until %s', (at, quiet, expected) => {
    expect(after(at, quiet)).toBe(expected);
  });

  it('counts an unknown zone as UTC', () => {
    expect(afterQuietHours(new Date('2026-03-02T21:00:00Z'), 'Mars/Olympus', NIGHT)).toEqual(new Date('2026-03-03T07:00:00Z'));
  });

  it('end within a day, outside of themselves, in every zone and every night', () => {
    // At least two hours a day are not quiet, more than any change of clocks skips.
    const hours = fc
      .tuple(fc.integer({ min: 0, max: 1_439 }), fc.integer({ min: 1, max: 1_320 }))
      .map(([from, length]) => ({ from, to: (from + length) % 1_440 }));
    const zone = fc.constantFrom('Europe/Berlin', 'America/St_Johns', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Apia', 'Etc/UTC');
    const instant = fc.date({ min: new Date('2020-01-01'), max: new Date('2035-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(instant, zone, hours, (at, name, quiet) => {
        const next = afterQuietHours(at, name, quiet);
        expect(next.getTime() - at.getTime()).toBeGreaterThanOrEqual(0);
        expect(next.getTime() - at.getTime()).toBeLessThanOrEqual(25 * 3_600_000);
        if (next.getTime() !== at.getTime()) expect(afterQuietHours(next, name, quiet)).toEqual(next);
      }),
    );
  });
});
