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

  if (!progress.pixelLinked) {
    run.willUndo('pixel', { kind: 'unlink_pixel', bcId: settings.bcId, advertiserId: run.advertiser.advertiserId, pixelCode });
    await run.whileNotPaused();
    await run.act.write.linkPixel.executeWithOptions({ summary: `own pixel ${pixelCode} in the Business Center and link it` }, [
      { ...run.advertiser, pixel: progress.pixel },
    ]);
    progress.pixelLinked = true;
  }

  if (progress.testEventId === undefined) {
    const known = () => progress.testEventCode ?? run.state.tenant.pixel.testEventCode;
    if (known() === undefined) {
      run.waitOn(
        'pixel',
        'kobi',
        `copy the test code of ${pixelCode} from Events Manager: kobi provide ${run.slug} test-event-code CODE`,
        settings.gates.dueAfterMs,
      );
      await condition(() => known() !== undefined);
      run.goOn('pixel');
    }
    const testEventCode = known() ?? '';
    await run.whileNotPaused();
    const accepted = await run.act.write.sendTestEvent.executeWithOptions({ summary: 'prove the Events API with a test event' }, [
      { ...run.advertiser, pixelCode, testEventCode, url: tenant.website },
    ]);
    progress.testEventId = accepted.eventId;
  }
  return done(`${name} is owned by the Business Center, linked, and its test event was accepted`);
}
