import type { ApprovalKeys } from '../../approvals/approvals.js';
import { SecretUnreadable } from '../../store/secrets.js';
import { type Check, checksOf } from './check.js';

const { ok, warn, fail, judged } = checksOf('database');
const DAY_MS = 86_400_000;

/** How new onboardings take decisions, and whether there is a key that signs them. */
export async function checkApprovals(keys: ApprovalKeys, now: Date): Promise<Check[]> {
  try {
    const { mode, rootPublicKey, issuesHere, certificates } = await keys.overview();
    const root = `root ${rootPublicKey.slice(0, 16)}`;
    const lastsMs = Date.parse(certificates[0]?.notAfter ?? '') - now.getTime();
    return [
      mode === 'signed'
        ? ok('decisions', `signed, ${root}`)
        : warn(
            'decisions',
            'open: whoever reaches the Temporal namespace can decide the gates of new onboardings',
            'unset APPROVALS, unless that is meant',
          ),
      issuesHere
        ? ok('signing keys', 'issued here, by themselves')
        : judged(
            lastsMs > DAY_MS,
            'signing keys',
            certificates.length === 0 ? `none of ${root} is valid` : `the newest ends at ${certificates[0]?.notAfter ?? ''}`,
            'run kobi keys rotate where KOBI_APPROVALS_ROOT_KEY is set',
          ),
    ];
  } catch (error) {
    if (!(error instanceof SecretUnreadable)) throw error;
    return [fail('decisions', error.message, 'set SECRETS_KEY to what the other processes have')];
  }
}
