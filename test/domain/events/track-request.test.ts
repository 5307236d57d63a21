import { describe, expect, it } from 'vitest';
import { type OutgoingEvent, trackRequests } from '../../../src/domain/events/track-request.js';

const event = (id: number, code?: string): OutgoingEvent => ({
  destination: { event_source: 'web', event_source_id: 'PIXEL001', ...(code === undefined ? {} : { test_event_code: code }) },
  event: { event: 'Purchase', event_time: id, event_id: String(id), user: {} },
});

describe('requests of many events', () => {
  it('hold at most 1,000, in order, and test and real ones never together', () => {
    const requests = trackRequests(Array.from({ length: 2_002 }, (_, index) => event(index, index % 2 === 0 ? 'TEST1' : undefined)));
    expect(requests.map(({ test_event_code, data }) => [test_event_code, data.length])).toEqual([
      ['TEST1', 1_000],
      ['TEST1', 1],
      [undefined, 1_000],
      [undefined, 1],
    ]);
    expect(requests.flatMap(({ data }) => data.map(({ event_id }) => Number(event_id))).toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 2_002 }, (_, index) => index),
    );
    for (const { data } of requests)
      expect(data.map(({ event_time }) => event_time)).toEqual(data.map(({ event_time }) => event_time).toSorted((a, b) => a - b));
    expect(requests[2]).not.toHaveProperty('test_event_code');
  });
});
