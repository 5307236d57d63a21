import { describe, expect, it } from 'vitest';
import type { Pixel } from '../../src/contract/onboarding-activities.js';
import { pixelName } from '../../src/domain/naming.js';
import { failureOf, useEngine } from './engine.js';

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
});
