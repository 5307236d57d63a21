import { condition } from '@temporalio/workflow';
import { pixelName } from '../../domain/naming.js';
import { done, type OnboardingRun, type StepOutcome } from '../run.js';
import { aligned, eventTenant, provenNote } from '../event-alignment.js';

const CATEGORY: Readonly<Record<string, string>> = { ecommerce: 'ONLINE_STORE', private_school: 'FILLING_FORM' };

/** Finds or creates the pixel, owns it in the Business Center, links it, and proves the Events API with a test event per name. */
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
    const testEvent = testEventCode === undefined ? {} : { testEvent: { testEventCode, url } };
    const events = eventTenant(run.state.tenant);
    const { testEventId, settingsVersion, proof } = await run.act.write.linkPixel.executeWithOptions(
      { summary: `own pixel ${pixelCode} in the Business Center and link it${testEventCode === undefined ? '' : '; send test events'}` },
      [{ ...run.advertiser, pixel: progress.pixel, tenant: events, ...testEvent }],
    );
    progress.pixelLinked = true;
    if (testEventId !== null) progress.testEventId = testEventId;
    if (settingsVersion !== undefined) aligned(run, events, proof ?? null);
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
    const events = eventTenant(run.state.tenant);
    const accepted = await run.act.write.sendTestEvent.executeWithOptions({ summary: 'prove the Events API with a test event per name' }, [
      { ...run.advertiser, pixelCode, testEventCode, url, tenant: events },
    ]);
    progress.testEventId = accepted.eventId;
    if (accepted.proof) aligned(run, events, accepted.proof);
  }
  return done(`${name} is owned by the Business Center, linked, and ${provenNote(progress.eventProof)}`);
}
