import { describe, expect, it } from 'vitest';
import { eventSettingsSchema } from '../../src/contract/event-settings.js';
import type { EventTenant, Pixel } from '../../src/contract/onboarding-activities.js';
import { pixelName } from '../../src/domain/naming.js';
import { getEventSettings, saveEventSettings } from '../../src/store/event-settings.js';
import { listLedger } from '../../src/store/ledger.js';
import { failureOf, useEngine } from './engine.js';

const shop: EventTenant = {
  country: 'DE',
  currency: 'EUR',
  website: 'https://shop.example',
  ga4: {
    measurementId: 'G-EXAMPLE1',
    keyEvents: [
      { name: 'purchase', source: 'events_api' },
      { name: 'newsletter', source: 'site', tiktokEvent: 'SubmitForm' },
      {
        name: 'call',
        source: 'pixel_rule',
        tiktokEvent: 'Contact',
        rule: { trigger: 'TRIGGERTYPE_CLICK', operator: 'EQUALS', variable: 'ELEMENT', value: '#call' },
      },
    ],
  },
};

describe('the pixel', () => {
  const engine = useEngine();

  async function made(slug: string): Promise<{ of: { slug: string; bcId: string; advertiserId: string }; pixel: Pixel }> {
    const { advertiser, attempt, activities } = engine();
    const of = await advertiser(slug);
    return { of, pixel: await attempt(activities.createPixel, { ...of, name: pixelName(slug), category: 'FILLING_FORM' }) };
  }
  const atTikTok = ({ pixelId }: Pixel) => engine().simulator.store.state.pixels[pixelId];

  it('is found by its exact name, and two of one name are never guessed between', async () => {
    const { attempt, activities, simulator } = engine();
    const { of, pixel } = await made('school');
    expect(await attempt(activities.findPixel, { ...of, name: 'kobi_school' })).toEqual({ pixel: null });
    expect(await attempt(activities.findPixel, { ...of, name: 'kobi_school_web' })).toEqual({ pixel });
    const first = atTikTok(pixel);
    if (!first) throw new Error('no pixel');
    simulator.store.state.pixels['7300000000000006001'] = { ...first, pixelId: '7300000000000006001', pixelCode: 'C0000000000000000001' };
    expect(await failureOf(attempt(activities.findPixel, { ...of, name: 'kobi_school_web' }))).toMatchObject({
      code: 'pixel_ambiguous',
      details: [pixel.pixelCode, 'C0000000000000000001'],
    });
  });

  it('belongs to the Business Center, is linked to the advertiser, and hands out its snippet', async () => {
    const { attempt, activities, committed } = engine();
    const { of, pixel } = await made('school');
    const { snippet, testEventId } = await attempt(activities.linkPixel, { ...of, pixel });
    expect(testEventId).toBeNull();
    expect(snippet).toContain(`ttq.load('${pixel.pixelCode}')`);
    expect(atTikTok(pixel)).toMatchObject({ ownerBcId: of.bcId, linkedAdvertiserIds: [of.advertiserId] });
    await attempt(activities.linkPixel, { ...of, pixel });
    expect(committed('/bc/pixel/transfer/')).toHaveLength(1);
  });

  it.each(['/bc/pixel/transfer/', '/bc/pixel/link/update/'])(
    'is owned and linked also after the answer of %s is lost',
    async (endpoint) => {
      const { attempt, activities, simulator } = engine();
      const { of, pixel } = await made('lost');
      simulator.faults.add({ endpoint, fault: 'commit-then-drop' });
      expect(await failureOf(attempt(activities.linkPixel, { ...of, pixel }))).toMatchObject({ retryable: true });
      await attempt(activities.linkPixel, { ...of, pixel });
      expect(atTikTok(pixel)).toMatchObject({ ownerBcId: of.bcId, linkedAdvertiserIds: [of.advertiserId] });
    },
  );

  it('is proved by a test event, which never counts as a real one', async () => {
    const { attempt, activities, simulator } = engine();
    const { of, pixel } = await made('school');
    const testEvent = { testEventCode: 'TEST12345', url: 'https://school.example/' };
    const { testEventId } = await attempt(activities.linkPixel, { ...of, pixel, testEvent });
    // The same code again is the same event: TikTok drops it (facts 4.3).
    const again = await attempt(activities.sendTestEvent, { ...of, pixelCode: pixel.pixelCode, ...testEvent });
    expect(again.requestId).not.toBe('');
    expect(again.eventId).toBe(testEventId);
    const { trackedEvents } = simulator.store.state;
    expect(trackedEvents.map((event) => [event.sourceId, event.testEventCode])).toEqual([
      [pixel.pixelCode, 'TEST12345'],
      [pixel.pixelCode, 'TEST12345'],
    ]);
  });

  it('says so when the Events API refuses the test event', async () => {
    const { attempt, activities } = engine();
    const { of, pixel } = await made('refused');
    const input = { ...of, pixelCode: pixel.pixelCode, testEventCode: 'TEST12345', url: 'https://school.example/' };
    engine().simulator.faults.add({ endpoint: '/event/track/', fault: 'code=40002' });
    const failure = await failureOf(attempt(activities.sendTestEvent, input));
    expect(failure).toMatchObject({ code: 'test_event_refused', retryable: false });
  });

  describe('with the key events of its tenant', () => {
    const testEvent = { testEventCode: 'TEST12345', url: shop.website };
    const stored = () => engine().db.selectFrom('events').selectAll().orderBy('name').execute();

    it('proves each name that the site or a server sends, as the event map says, in one request', async () => {
      const { attempt, activities, simulator, db } = engine();
      const { of, pixel } = await made('shop');
      const { proof, testEventId, settingsVersion } = await attempt(activities.linkPixel, { ...of, pixel, tenant: shop, testEvent });
      expect(settingsVersion).toBe(1);
      expect(proof?.events.map(({ name, event }) => [name, event])).toEqual([
        ['purchase', 'Purchase'],
        ['newsletter', 'Lead'],
      ]);
      expect(testEventId).toBe(proof?.events[0]?.eventId);
      const [request, ...others] = simulator.store.ledger.find({ path: '/event/track/' });
      expect(others).toEqual([]);
      expect(request).toMatchObject({ requestId: proof?.requestId, parameters: { test_event_code: 'TEST12345', event_source: 'web' } });
      expect(simulator.store.state.trackedEvents.map((event) => [event.event, event.eventId, event.testEventCode])).toEqual(
        proof?.events.map(({ event, eventId }) => [event, eventId, 'TEST12345']),
      );
      expect((await getEventSettings(db, 'shop'))?.settings).toMatchObject({
        country: 'DE',
        destinations: { web: { pixel_code: pixel.pixelCode, website: shop.website } },
        map: { newsletter: { web: 'SubmitForm' } },
      });
    });

    it('finds the test events again in the event ledger, marked as such, and once however often they are sent', async () => {
      const { attempt, activities, db } = engine();
      const { of, pixel } = await made('shop');
      const input = { ...of, pixelCode: pixel.pixelCode, ...testEvent, tenant: shop };
      const { proof } = await attempt(activities.sendTestEvent, input);
      const again = await attempt(activities.sendTestEvent, input);
      expect(again.proof?.events).toEqual(proof?.events);
      const rows = await stored();
      expect(rows).toMatchObject([
        {
          name: 'newsletter',
          event: 'Lead',
          state: 'sent',
          test_event_code: 'TEST12345',
          request_id: proof?.requestId,
          code: 0,
          attempts: 1,
        },
        { name: 'purchase', event: 'Purchase', state: 'sent', test_event_code: 'TEST12345', event_source_id: pixel.pixelCode },
      ]);
      expect(rows.find(({ name }) => name === 'purchase')?.payload).toMatchObject({
        properties: { value: 1, currency: 'EUR', contents: [{ content_id: 'kobi-test', price: 1, quantity: 1 }] },
      });
      expect((await listLedger(db, { slug: 'shop' })).map(({ kind, payload }) => [kind, payload.events])).toEqual([
        ['test_events_accepted', proof?.events],
      ]);
    });

    it('keeps them in the database of events where there is one, and everything else in ours', async () => {
      const { attempt, db, withEventsIn, another } = engine();
      const eventsDb = await another();
      const { of, pixel } = await made('shop');
      const input = { ...of, pixelCode: pixel.pixelCode, ...testEvent, tenant: shop };
      await attempt(withEventsIn(eventsDb).sendTestEvent, input);
      expect(await stored()).toEqual([]);
      expect((await eventsDb.selectFrom('events').select('name').orderBy('name').execute()).map(({ name }) => name)).toEqual([
        'newsletter',
        'purchase',
      ]);
      expect((await listLedger(db, { slug: 'shop' })).map(({ kind }) => kind)).toEqual(['test_events_accepted']);
      expect(await getEventSettings(db, 'shop')).toMatchObject({ version: 1 });
      expect(await getEventSettings(eventsDb, 'shop')).toBeUndefined();
    });

    it('saves the settings also while nobody has copied the test code', async () => {
      const { attempt, activities, db } = engine();
      const { of, pixel } = await made('shop');
      expect(await attempt(activities.linkPixel, { ...of, pixel, tenant: shop })).toMatchObject({ testEventId: null, proof: null });
      expect(await getEventSettings(db, 'shop')).toMatchObject({ version: 1, origin: 'onboarding', setBy: 'engine' });
      expect(await stored()).toEqual([]);
    });

    it('never overrules settings that people have made, and proves by them', async () => {
      const { attempt, activities, db } = engine();
      const { of, pixel } = await made('shop');
      const own = eventSettingsSchema.parse({
        destinations: { web: { pixel_code: pixel.pixelCode } },
        map: { purchase: 'CompleteRegistration' },
        ignore: ['newsletter'],
        consent: 'required',
      });
      await saveEventSettings(db, 'shop', { settings: own, origin: 'people', setBy: 'ops-a@example.org', at: new Date() });
      const { proof } = await attempt(activities.alignEvents, {
        ...of,
        pixelCode: pixel.pixelCode,
        tenant: shop,
        testEventCode: 'TEST12345',
      });
      expect(proof?.events.map(({ name, event }) => [name, event])).toEqual([['purchase', 'CompleteRegistration']]);
      expect(proof?.left).toMatchObject([{ name: 'newsletter', why: expect.stringContaining('ignore') }]);
      expect(await getEventSettings(db, 'shop')).toMatchObject({ version: 1, origin: 'people', settings: own });
    });

    it('names the event that the Events API refuses, and stores none', async () => {
      const { attempt, activities, simulator } = engine();
      const { of, pixel } = await made('shop');
      const input = { ...of, pixelCode: pixel.pixelCode, ...testEvent, tenant: shop };
      // The request of both, then the first alone; the second alone is taken.
      simulator.faults.add({ endpoint: '/event/track/', fault: 'code=40002', times: 2 });
      const failure = await failureOf(attempt(activities.sendTestEvent, input));
      expect(failure).toMatchObject({ code: 'test_event_refused', retryable: false, details: ['purchase (Purchase)'] });
      expect(await stored()).toEqual([]);
    });

    it('proves the Events API with one event where the browser alone sends the key events', async () => {
      const { attempt, activities } = engine();
      const { of, pixel } = await made('shop');
      const ga4 = { ...shop.ga4, keyEvents: shop.ga4.keyEvents.slice(2) };
      const { proof } = await attempt(activities.linkPixel, { ...of, pixel, tenant: { ...shop, ga4 }, testEvent });
      expect(proof?.events.map(({ event }) => event)).toEqual(['ViewContent']);
    });
  });
});
