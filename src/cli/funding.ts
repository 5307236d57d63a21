import { z } from 'zod';

const fundingSchema = z.looseObject({ amountMinor: z.int().nonnegative(), currency: z.string().length(3) });

/** The amount that a gate's evidence asks for, in minor units; undefined where it is about no money. */
export function fundingOf(evidence: unknown): { amountMinor: number; currency: string } | undefined {
  const parsed = fundingSchema.safeParse(evidence);
  return parsed.success ? { amountMinor: parsed.data.amountMinor, currency: parsed.data.currency } : undefined;
}
