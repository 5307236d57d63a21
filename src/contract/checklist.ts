/** The ten steps of the checklist in the order in which people read them (design, section 3). */
export const STEP_IDS = [
  'advertiser_account',
  'business_verification',
  'tiktok_account',
  'pixel',
  'catalog',
  'conversion_events',
  'billing',
  'creative_policy',
  'spark_ads',
  'launch_check',
] as const;
export type StepId = (typeof STEP_IDS)[number];

export const STEP_STATES = ['waiting', 'running', 'waiting_on', 'parked', 'done', 'skipped', 'undone'] as const;
export type StepState = (typeof STEP_STATES)[number];

/** Who must act. */
export const BALLS = ['kobi', 'client', 'tiktok'] as const;
export type Ball = (typeof BALLS)[number];

export const MODES = ['managed', 'agency', 'byo'] as const;
export type Mode = (typeof MODES)[number];

export const ONBOARDING_STATES = ['running', 'waiting', 'parked', 'paused', 'live', 'cancelling', 'cancelled'] as const;
export type OnboardingStateName = (typeof ONBOARDING_STATES)[number];

export const GATE_IDS = ['business_verification', 'initial_funding', 'creative_policy', 'spark_ads'] as const;
export type GateId = (typeof GATE_IDS)[number];

export const GATE_STATES = ['scheduled', 'open', 'approved', 'rejected', 'changes_requested', 'expired', 'withdrawn'] as const;
export type GateStateName = (typeof GATE_STATES)[number];

/** The step whose gated action each gate guards. */
export const STEP_OF_GATE: Readonly<Record<GateId, StepId>> = {
  business_verification: 'business_verification',
  initial_funding: 'billing',
  creative_policy: 'creative_policy',
  spark_ads: 'spark_ads',
};
