import { eventSetName } from '../domain/naming.js';
import type { OnboardingRun } from './run.js';

const ID_OF = { offline: 'offlineEventSetId', crm: 'crmEventSetId' } as const;

/** Finds or creates the event set of every source that the tenant hands in itself; sets that are there already are kept. */
export async function makeEventSets(run: OnboardingRun): Promise<void> {
  const { tenant, progress } = run.state;
  for (const source of tenant.eventUploads ?? []) {
    if (progress.eventSets?.[source] !== undefined) continue;
    const name = eventSetName(run.slug, source);
    const of = { ...run.advertiser, source, name };
    await run.whileNotPaused();
    const found = await run.act.read.findEventSet.executeWithOptions({ summary: `look for event set ${name}` }, [of]);
    const eventSetId =
      found.eventSetId ??
      (
        await run.once(
          () => run.act.irreversible.createEventSet.executeWithOptions({ summary: `create event set ${name}` }, [of]),
          () => run.act.reconcile.reconcileEventSet.executeWithOptions({ summary: `find out whether ${name} was created` }, [of]),
        )
      ).eventSetId;
    progress.eventSets = { ...progress.eventSets, [source]: eventSetId };
    run.note('conversion_events', `event set ${name} exists`, { [ID_OF[source]]: eventSetId });
  }
}
