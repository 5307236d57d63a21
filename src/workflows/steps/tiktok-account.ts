import { park } from '../failures.js';
import { poll } from '../polling.js';
import { done, skipped, type OnboardingRun, type StepOutcome } from '../run.js';

/** Links the client's TikTok account through the Business Center, so that ads have an identity. */
export async function tiktokAccount(run: OnboardingRun): Promise<StepOutcome> {
  const { tenant, progress, settings } = run.state;
  if (tenant.tiktokAccount.use === 'spark_posts') return skipped('approved Spark posts serve as the identity of the ads');
  const handle = tenant.tiktokAccount.handle;
  const wanted = { ...run.advertiser, ...(handle === undefined ? {} : { handle }) };

  const account = await poll(run, 'wait for the client to link the TikTok account', async () => {
    const { account: found } = await run.act.read.findTikTokAccount.executeWithOptions(
      { summary: `look for the TikTok account ${handle ?? 'of the client'}` },
      [wanted],
    );
    if (found) return found;
    if (progress.tiktokAccountLink === undefined) {
      await run.whileNotPaused();
      const { link } = await run.act.write.requestTikTokAccountLink.executeWithOptions(
        { summary: 'ask the Business Center for the link that the client opens' },
        [run.advertiser],
      );
      progress.tiktokAccountLink = link;
    }
    run.waitOn(
      'tiktok_account',
      'client',
      `the owner of ${handle ?? 'the TikTok account'} opens ${progress.tiktokAccountLink} and agrees`,
      settings.clientReaskMs,
    );
    return undefined;
  });
  run.goOn('tiktok_account');

  let linked = account;
  if (linked.identityId === '') {
    run.willUndo('tiktok_account', {
      kind: 'unassign_tiktok_account',
      bcId: settings.bcId,
      advertiserId: run.advertiser.advertiserId,
      assetId: account.assetId,
    });
    await run.whileNotPaused();
    linked = await run.act.write.assignTikTokAccount.executeWithOptions({ summary: `assign ${account.handle} to the advertiser` }, [
      { ...run.advertiser, assetId: account.assetId },
    ]);
  }
  if (linked.availableStatus !== 'AVAILABLE')
    park('tiktok_account_unavailable', `the identity of ${linked.handle} is ${linked.availableStatus}, not AVAILABLE`);
  progress.tiktokAccount = linked;
  run.note('tiktok_account', 'linked', { tiktokAccountId: linked.assetId, identityId: linked.identityId });
  return done(`${linked.handle} is linked and can run ads`);
}
