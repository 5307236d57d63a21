import { describe, expect, it } from 'vitest';
import { inZone } from '../../../src/domain/events/local-time.js';

describe('a moment without a zone', () => {
  it.each([
    ['2026-11-20 14:33', '2026-11-20T14:33:00.000+01:00'],
    ['2026-07-20T14:33:05', '2026-07-20T14:33:05.000+02:00'],
    [' 2026-11-20 14:33:05.5 ', '2026-11-20T14:33:05.500+01:00'],
  ])('%s is read in the zone it was written in', (written, moment) => {
    expect(inZone(written, 'Europe/Berlin')).toBe(moment);
  });

  it.each(['2026-11-20T14:33Z', '2026-11-20 25:00', '20.11.2026 14:33', 'yesterday', '', 1_795_262_400, undefined])(
    '%s stays as it is',
    (written) => {
      expect(inZone(written, 'Europe/Berlin')).toBe(written);
    },
  );

  it('stays as it is where no zone is told', () => {
    expect(inZone('2026-11-20 14:33', null)).toBe('2026-11-20 14:33');
  });
});
