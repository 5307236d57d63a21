import { describe, expect, it } from 'vitest';
import { eventSetName } from '../../src/domain/naming.js';
import { getEventSettings } from '../../src/store/event-settings.js';
import { failureOf, useEngine } from './engine.js';

describe.each(['offline', 'crm'] as const)('the %s event set', (source) => {
  const engine = useEngine();
  const created = `/${source}/create/`;

  async function of(slug: string) {
    return { ...(await engine().advertiser(slug)), source, name: eventSetName(slug, source) };
  }
  const sets = () => Object.values(engine().simulator.store.state.eventSets).filter(({ kind }) => kind === source);

  it('is created once, however often it is asked for, and then found by its exact name', async () => {
    const { attempt, activities, committed } = engine();
    const input = await of('office');
    expect(await attempt(activities.findEventSet, input)).toEqual({ eventSetId: null });
    const { eventSetId } = await attempt(activities.createEventSet, input);
    expect(await attempt(activities.createEventSet, input)).toEqual({ eventSetId });
    expect(await attempt(activities.findEventSet, input)).toEqual({ eventSetId });
    expect(await attempt(activities.findEventSet, { ...input, name: `kobi_office` })).toEqual({ eventSetId: null });
    expect(committed(created)).toHaveLength(1);
    expect(sets()).toMatchObject([{ name: `kobi_office_${source}`, advertiserId: input.advertiserId, autoTracking: source === 'offline' }]);
  });

  it.each(['commit-then-drop', 'drop'] as const)('is found out about by reading after a lost answer (%s)', async (fault) => {
    const { attempt, activities, simulator } = engine();
    const input = await of('lost');
    simulator.faults.add({ endpoint: created, fault });
    expect(await failureOf(attempt(activities.createEventSet, input))).toMatchObject({ code: 'outcome_unknown' });
    // Nobody sends it again before its outcome is known.
    expect(await failureOf(attempt(activities.createEventSet, input))).toMatchObject({ code: 'outcome_unknown' });
    const settled = await attempt(activities.reconcileEventSet, input);
    if (fault === 'commit-then-drop') expect(settled).toEqual({ found: true, value: { eventSetId: sets()[0]?.eventSetId } });
    else {
      expect(settled).toEqual({ found: false });
      await attempt(activities.createEventSet, input);
    }
    expect(sets()).toHaveLength(1);
  });

  it('is never guessed between two of one name', async () => {
    const { attempt, activities, simulator } = engine();
    const input = await of('two');
    const { eventSetId } = await attempt(activities.createEventSet, input);
    const [set] = sets();
    if (!set) throw new Error('no event set');
    simulator.store.state.eventSets['7300000000000006001'] = { ...set, eventSetId: '7300000000000006001' };
    const failure = await failureOf(attempt(activities.findEventSet, input));
    expect(failure).toMatchObject({ code: 'event_set_ambiguous', retryable: false });
    expect(failure.details.toSorted()).toEqual([eventSetId, '7300000000000006001'].toSorted());
  });

  it('becomes the destination of its events in the tenant’s settings', async () => {
    const { attempt, activities, db } = engine();
    const input = await of('office');
    const { eventSetId } = await attempt(activities.createEventSet, input);
    const keyEvents = [{ name: 'purchase', source: 'site' as const }];
    const tenant = { country: 'DE', currency: 'EUR', website: 'https://shop.example', ga4: { measurementId: 'G-EXAMPLE1', keyEvents } };
    const pixelCode = 'C4A1B2C3D4E5F6G7H8I0';
    await attempt(activities.alignEvents, { ...input, pixelCode, tenant, eventSets: { [source]: eventSetId } });
    expect((await getEventSettings(db, 'office'))?.settings.destinations).toEqual({
      web: { pixel_code: pixelCode, website: tenant.website },
      [source]: { event_set_id: eventSetId },
    });
  });
});
