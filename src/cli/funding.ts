import { z } from 'zod';
import { currencyExponent, fromMinorUnits } from '../domain/money.js';

const fundingSchema = z.looseObject({ amountMinor: z.int().nonnegative(), currency: z.string().length(3) });

/** The amount that a gate's evidence asks for, in minor units; undefined where it is about no money. */
export function fundingOf(evidence: unknown): { amountMinor: number; currency: string } | undefined {
  const parsed = fundingSchema.safeParse(evidence);
  return parsed.success ? { amountMinor: parsed.data.amountMinor, currency: parsed.data.currency } : undefined;
}

/** An amount as people write it: 123450 minor units of EUR are `1234.50 EUR`. */
export function amountText(minor: number, currency: string): string {
  return `${fromMinorUnits(minor, currency).toFixed(currencyExponent(currency))} ${currency}`;
}
