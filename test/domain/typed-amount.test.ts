import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amountText } from '../../src/domain/money.js';
import { typedAmount } from '../../src/domain/typed-amount.js';

describe('an amount that somebody types', () => {
  it.each(['2500', '2500.00', '2500,0', ' 2 500.00 ', '2’500', "2'500.00", '2,500.00', '2.500,00', '2500.00 EUR', '2500 eur'])(
    'is understood: %s',
    (typed) => expect(typedAmount(typed, 'EUR')).toBe(250_000),
  );

  const NONE =
    '|-2500|+2500|NaN|Infinity|1e309|2500.001|2,500|2.500|2,5,00.0|25,00.00|2500.|.5|0x9c4|2500 USD|2500 EUR EUR|2500.00.00|2500; 1';
  it.each([...NONE.split('|'), '２５００', '9'.repeat(14), '9'.repeat(16), '9'.repeat(400)])('is asked for again: %s', (typed) =>
    expect(typedAmount(typed, 'EUR')).toBeUndefined(),
  );

  it('is asked for again when it is a megabyte of blanks, without the desk standing still over it', () => {
    for (const typed of [`1${' '.repeat(1_000_000)}x`, `1${"'123".repeat(250_000)}x`, ' '.repeat(1_000_000)])
      expect(typedAmount(typed, 'EUR')).toBeUndefined();
  });

  it('is understood up to what is exact in minor units, and asked for again beyond', () => {
    expect(typedAmount('9'.repeat(13), 'EUR')).toBe(999_999_999_999_900);
    expect(typedAmount('9'.repeat(15), 'JPY')).toBe(999_999_999_999_999);
    expect(typedAmount('9'.repeat(15), 'KWD')).toBeUndefined();
  });

  it('is understood as pages show it, in every currency', () => {
    fc.assert(
      fc.property(fc.nat(), fc.constantFrom('EUR', 'JPY', 'KWD'), (minor, currency) => {
        expect(typedAmount(amountText(minor, currency), currency)).toBe(minor);
      }),
    );
  });
});
