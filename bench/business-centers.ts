import { HANDLE } from './school.js';

/**
 * Onboardings for each Business Center. Fewer than one page of TikTok's lists, so that every onboarding makes the same number of
 * calls however many came before it.
 */
const PER_CENTER = 45;
/** More would not fit on the first page of `bc/get`. */
const MOST_CENTERS = 50;

const USERS = ['7300000000000000010', '7300000000000000011', '7300000000000000012'] as const;

export interface Place {
  readonly bcId: string;
  readonly billingGroupId: string;
  readonly qualificationId: string;
  /** Users who get a role on every new account; the first is the token's. */
  readonly userIds: readonly string[];
}

function centre(number: number): Place {
  const id = (kind: number): string => `73100000000000${kind}${String(number).padStart(4, '0')}`;
  return { bcId: id(1), billingGroupId: id(2), qualificationId: id(3), userIds: USERS };
}

/** Where the onboarding of that number belongs. */
export function placeOf(index: number): Place {
  return centre(Math.floor(index / PER_CENTER));
}

/** Body of the simulator's `POST /_sim/seed` for so many onboardings: TikTok answers everything at once. */
export function seedFor(onboardings: number): object {
  const centers = Math.ceil(onboardings / PER_CENTER);
  if (centers > MOST_CENTERS) throw new Error(`at most ${MOST_CENTERS * PER_CENTER} onboardings fit into one seed, not ${onboardings}`);
  const places = Array.from({ length: centers }, (_, number) => centre(number));
  const members = Object.fromEntries(
    USERS.map((userId, rank) => [userId, { userId, ...(rank === 0 ? { role: 'ADMIN', financeRole: 'MANAGER' } : {}) }]),
  );
  return {
    businessCenters: places.map(({ bcId, qualificationId }) => ({ bcId, verificationQualificationId: qualificationId, members })),
    qualifications: places.map(({ bcId, qualificationId }) => ({ bcId, qualificationId })),
    billingGroups: places.map(({ bcId, billingGroupId }) => ({ bcId, billingGroupId })),
    tiktokAccounts: places.map(({ bcId }, number) => ({
      bcId,
      assetId: `731000000000004${String(number).padStart(4, '0')}`,
      handle: HANDLE,
    })),
  };
}
