import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currencyExponent, fromMinorUnits, toMinorUnits } from '../../src/domain/money.js';

const currency = fc.constantFrom('EUR', 'USD', 'JPY', 'KRW', 'VND', 'KWD', 'BHD', 'HUF', 'IDR', 'MXN');

describe('money', () => {
  it('knows how many decimals a currency has', () => {
    expect(['EUR', 'JPY', 'KWD', 'IDR'].map(currencyExponent)).toEqual([2, 0, 3, 2]);
    expect(() => currencyExponent('eur')).toThrow(RangeError);
    expect(() => currencyExponent('EURO')).toThrow(RangeError);
  });

  it('reads amounts that floats would spoil', () => {
    expect(toMinorUnits(1.005, 'EUR')).toBe(101);
    expect(toMinorUnits(19.99, 'EUR')).toBe(1999);
    expect(toMinorUnits('4.35', 'EUR')).toBe(435);
    expect(toMinorUnits(500, 'JPY')).toBe(500);
    expect(toMinorUnits('1.2345', 'KWD')).toBe(1235);
    expect(toMinorUnits(-0.004, 'EUR')).toBe(0);
    expect(toMinorUnits(1e-7, 'EUR')).toBe(0);
    expect(toMinorUnits('-12.5', 'EUR')).toBe(-1250);
  });

  it('refuses what is not an amount', () => {
    for (const wrong of ['', '-', '1,5', '1e3', 'NaN', Number.NaN, Number.POSITIVE_INFINITY, 1e21]) {
      expect(() => toMinorUnits(wrong, 'EUR')).toThrow(RangeError);
    }
    expect(() => fromMinorUnits(1.5, 'EUR')).toThrow(RangeError);
    expect(() => fromMinorUnits(2 ** 53, 'EUR')).toThrow(RangeError);
  });

  it('comes back unchanged through TikTok units, as a number and as text', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 }), currency, (minor, code) => {
        const units = fromMinorUnits(minor, code);
        expect(toMinorUnits(units, code)).toBe(minor);
        expect(toMinorUnits(String(units), code)).toBe(minor);
      }),
    );
  });

  it('keeps the order of amounts', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e9, noNaN: true }), fc.double({ min: 0, max: 1e9, noNaN: true }), currency, (a, b, code) => {
        const [low, high] = a <= b ? [a, b] : [b, a];
        expect(toMinorUnits(low, code)).toBeLessThanOrEqual(toMinorUnits(high, code));
      }),
    );
  });
});
