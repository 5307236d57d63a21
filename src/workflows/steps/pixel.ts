import { condition } from '@temporalio/workflow';
import { pixelName } from '../../domain/naming.js';
import { done, type OnboardingRun, type StepOutcome } from '../run.js';

const CATEGORY: Readonly<Record<string, string>> = { ecommerce: 'ONLINE_STORE', private_school: 'FILLING_FORM' };

/** Finds or creates the pixel, owns it in the Business Center, links it, and proves the Events API with a test event. */
export async function pixel(run: OnboardingRun): Promise<StepOutcome> {
  const { tenant, settings, progress } = run.state;
  const name = pixelName(run.slug);

  if (!progress.pixel) {
    await run.whileNotPaused();
    const found = await run.act.read.findPixel.executeWithOptions({ summary: `look for pixel ${name}` }, [{ ...run.advertiser, name }]);
    progress.pixel =
      found.pixel ??
      (await run.once(
        () =>
          run.act.irreversible.createPixel.executeWithOptions({ summary: `create pixel ${name}` }, [
            { ...run.advertiser, name, category: CATEGORY[tenant.vertical] ?? 'CUSTOMIZE_EVENTS' },
          ]),
        () =>
          run.act.reconcile.reconcilePixel.executeWithOptions({ summary: `find out whether ${name} was created` }, [
            { ...run.advertiser, name },
          ]),
      ));
    run.note('pixel', 'pixel exists', { pixelId: progress.pixel.pixelId, pixelCode: progress.pixel.pixelCode });
  }
  const { pixelCode } = progress.pixel;
  const url = tenant.website;
  const knownCode = () => progress.testEventCode ?? run.state.tenant.pixel.testEventCode;

  if (!progress.pixelLinked) {
    run.willUndo('pixel', { kind: 'unlink_pixel', bcId: settings.bcId, advertiserId: run.advertiser.advertiserId, pixelCode });
    await run.whileNotPaused();
    const testEventCode = progress.testEventId === undefined ? knownCode() : undefined;
    const { testEventId } = await run.act.write.linkPixel.executeWithOptions(
      { summary: `own pixel ${pixelCode} in the Business Center and link it${testEventCode === undefined ? '' : '; send a test event'}` },
      [{ ...run.advertiser, pixel: progress.pixel, ...(testEventCode === undefined ? {} : { testEvent: { testEventCode, url } }) }],
    );
    progress.pixelLinked = true;
    if (testEventId !== null) progress.testEventId = testEventId;
  }

  if (progress.testEventId === undefined) {
    if (knownCode() === undefined) {
      run.waitOn(
        'pixel',
        'kobi',
        `copy the test code of ${pixelCode} from Events Manager: kobi provide ${run.slug} test-event-code CODE`,
        settings.gates.dueAfterMs,
      );
      await condition(() => knownCode() !== undefined);
      run.goOn('pixel');
    }
    const testEventCode = knownCode() ?? '';
    await run.whileNotPaused();
    const accepted = await run.act.write.sendTestEvent.executeWithOptions({ summary: 'prove the Events API with a test event' }, [
      { ...run.advertiser, pixelCode, testEventCode, url },
    ]);
    progress.testEventId = accepted.eventId;
  }
  return done(`${name} is owned by the Business Center, linked, and its test event was accepted`);
}
