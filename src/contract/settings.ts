import { z } from 'zod';

const ms = z.int().positive();

/** Kobi's side of an onboarding, taken from the configuration when it starts, so that a running one does not change under its feet. */
export const onboardingSettingsSchema = () =>
  z.strictObject({
    bcId: z.string().regex(/^\d{1,19}$/),
    /** Business Center users that get the role ADMIN on every new advertiser; the token's own user is one of them. */
    operatorUserIds: z.array(z.string()).min(1),
    billingGroupId: z.string(),
    /** Funding above this needs the gate; minor units by ISO 4217 currency. A currency that is missing has the threshold 0. */
    fundingThresholdMinor: z.record(z.string(), z.int().nonnegative()),
    /** Funding per tenant and day, all transfers added up; minor units by currency. */
    fundingDailyLimitMinor: z.record(z.string(), z.int().nonnegative()),
    gates: z.strictObject({
      dueAfterMs: ms,
      remindEveryMs: ms,
      escalateAfterMs: ms,
      expireAfterMs: ms,
    }),
    /** Polling of TikTok's reviews: first wait, then doubling up to the last. */
    poll: z.strictObject({ firstMs: ms, lastMs: ms }),
    /** How long we expect a client to take before we ask again. */
    clientReaskMs: ms,
    /** Start-to-close of one attempt by class of activity (docs/architecture.md). */
    timeouts: z.strictObject({ readMs: ms, writeMs: ms, irreversibleMs: ms, reconcileMs: ms }),
    /** Landing pages on loopback are fetched only where this is set (development and tests). */
    allowLoopback: z.boolean(),
  });
export type OnboardingSettings = z.infer<ReturnType<typeof onboardingSettingsSchema>>;

const hour = 3_600_000;

/** Waits as Kobi works with them; tests and demos shorten them. */
export const DEFAULT_WAITS = {
  gates: { dueAfterMs: 48 * hour, remindEveryMs: 24 * hour, escalateAfterMs: 72 * hour, expireAfterMs: 14 * 24 * hour },
  poll: { firstMs: 30_000, lastMs: 6 * hour },
  clientReaskMs: 72 * hour,
  timeouts: { readMs: 60_000, writeMs: 120_000, irreversibleMs: 60_000, reconcileMs: 300_000 },
} as const;
