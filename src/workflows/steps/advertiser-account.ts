import { advertiserName } from '../../domain/naming.js';
import { park } from '../failures.js';
import { done, type OnboardingRun, type StepOutcome } from '../run.js';
import { counted } from '../../domain/counted.js';

/**
 * Managed: everything is read before anything irreversible; the account is found by its exact name or created once, then
 * assigned to Kobi's operators and seen among the token's advertisers.
 */
export async function advertiserAccount(run: OnboardingRun): Promise<StepOutcome> {
  const { state, slug } = run;
  const { tenant, settings, progress } = state;
  if (tenant.mode !== 'managed') park('mode_not_available', `mode ${tenant.mode} of tenant ${slug} is not available yet; only managed is`);
  const name = advertiserName(slug);
  const bcId = settings.bcId;

  if (progress.advertiserId === undefined) {
    await run.whileNotPaused();
    const bc = await run.act.read.inspectBusinessCenter.executeWithOptions(
      { summary: `read Business Center ${bcId}, its verification and qualifications` },
      [{ slug, bcId, currency: tenant.currency, advertiserName: name, mode: tenant.mode }],
    );
    progress.bc = bc;
    if (bc.advertiserId === undefined) {
      const created = await run.once(
        () =>
          run.act.irreversible.createAdvertiser.executeWithOptions({ summary: `create advertiser ${name}` }, [{ slug, tenant, bc, name }]),
        () =>
          run.act.reconcile.reconcileAdvertiser.executeWithOptions({ summary: `find out whether ${name} was created` }, [
            { slug, bcId, name },
          ]),
      );
      progress.advertiserId = created.advertiserId;
      run.note('advertiser_account', 'created', { advertiserId: created.advertiserId });
    } else {
      progress.advertiserId = bc.advertiserId;
      run.note('advertiser_account', 'found by its name and adopted', { advertiserId: bc.advertiserId });
    }
  }

  if (!progress.assigned) {
    await run.whileNotPaused();
    const { advertiserId } = run.advertiser;
    run.willUndo('advertiser_account', { kind: 'unassign_users', bcId, advertiserId, userIds: settings.operatorUserIds });
    await run.act.write.assignAdvertiser.executeWithOptions(
      { summary: `assign ${counted(settings.operatorUserIds.length, 'operator')} to ${name}` },
      [{ ...run.advertiser, userIds: settings.operatorUserIds }],
    );
    progress.assigned = true;
  }
  return done(`${name} exists, is assigned to Kobi's operators and reachable by our token`);
}
