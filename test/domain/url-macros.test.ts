import { describe, expect, it } from 'vitest';
import { clickedDestination, destinationTemplate, lostParameters } from '../../src/domain/url-macros.js';

const MACROS = 'utm_campaign=__CAMPAIGN_ID__&utm_content=__CID__&utm_term=__AID__';

describe('the destination of an ad', () => {
  it.each([
    ['https://school.example', `https://school.example?${MACROS}`],
    ['https://school.example/?', `https://school.example/?${MACROS}`],
    ['https://school.example/a?q=%C3%BC+b&x#top?y', `https://school.example/a?q=%C3%BC+b&x&${MACROS}#top?y`],
    ['https://school.example/a?utm_source=tiktok&utm_campaign=old', `https://school.example/a?utm_source=tiktok&${MACROS}`],
    ['https://school.example/a?utm%5Fterm=old&%zz=1', `https://school.example/a?%zz=1&${MACROS}`],
  ])('leaves the rest of %s as it is', (address, template) => {
    expect(destinationTemplate(address)).toBe(template);
    expect(destinationTemplate(template)).toBe(template);
  });

  it('knows what a redirect lost, and does not mind what it added', () => {
    const clicked = clickedDestination('https://school.example/a?utm_source=tiktok');
    expect(lostParameters(clicked, `${clicked}&lang=de`)).toEqual([]);
    expect(lostParameters(clicked, 'https://www.school.example/a?utm_source=tiktok&utm_campaign=other')).toEqual([
      'utm_campaign',
      'utm_content',
      'utm_term',
      'ttclid',
    ]);
  });
});
