import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AD_PARAMETERS, clickOn, lossesOnTheWay, readDestination } from '../../../src/domain/events/destination-address.js';

const ALL = 'utm_source=tiktok&utm_medium=paid&utm_campaign=__CAMPAIGN_ID__&utm_content=__CID__&utm_term=__AID__';
const SITE = 'https://shop.example.org';

function read(address: string) {
  const answer = readDestination(address);
  if (!answer.ok) throw new Error(answer.reason);
  return answer;
}
const faultsOf = (address: string) => read(address).faults.map(({ parameter, fault, found }) => [parameter, fault, found]);

describe("an ad's destination address", () => {
  it.each([
    [SITE, `${SITE}?${ALL}`],
    [`${SITE}/`, `${SITE}/?${ALL}`],
    [`${SITE}/?`, `${SITE}/?${ALL}`],
    [`  ${SITE}/sale `, `${SITE}/sale?${ALL}`],
    [`${SITE}/sale?size=30&q=%C3%BC+b&x#top?y`, `${SITE}/sale?size=30&q=%C3%BC+b&x&${ALL}#top?y`],
    [`${SITE}/sale?a=1&&b=2&`, `${SITE}/sale?a=1&&b=2&${ALL}`],
    [`${SITE}/sale?%zz=1`, `${SITE}/sale?%zz=1&${ALL}`],
    [`${SITE}/?${ALL}&a=1`, `${SITE}/?${ALL}&a=1`],
    [`${SITE}/?utm_medium=paid&a=1`, `${SITE}/?utm_medium=paid&a=1&${ALL.replace('&utm_medium=paid', '')}`],
    [`${SITE}/?utm_id=7&utm_term=shoes`, `${SITE}/?utm_id=7&${ALL}`],
    [`${SITE}/?ttclid=E.C.P&a=1`, `${SITE}/?a=1&${ALL}`],
  ])('%s becomes %s', (written, address) => {
    expect(read(written).address).toBe(address);
  });

  it.each([
    ['utm_source=Facebook', ['utm_source', 'wrong', 'Facebook']],
    ['utm_source=TikTok', ['utm_source', 'wrong', 'TikTok']],
    ['utm_campaign=__CAMPAIGN_NAME__', ['utm_campaign', 'wrong', '__CAMPAIGN_NAME__']],
    ['utm_content=%5F%5FCID%5F%5F', ['utm_content', 'encoded', '%5F%5FCID%5F%5F']],
    ['utm%5Fterm=__AID__', ['utm_term', 'encoded', '__AID__']],
    ['UTM_Medium=paid', ['UTM_Medium', 'case', 'paid']],
    ['utm_term', ['utm_term', 'wrong', '']],
    ['TTCLID=E.C.P', ['TTCLID', 'click_id', 'E.C.P']],
  ])('names what is wrong in %s', (pair, fault) => {
    expect(faultsOf(`${SITE}/?${pair}`)).toContainEqual(fault);
  });

  it('names what is missing, and nothing where everything is right', () => {
    expect(faultsOf(`${SITE}/?utm_source=tiktok&utm_term=__AID__`)).toEqual([
      ['utm_medium', 'missing', null],
      ['utm_campaign', 'missing', null],
      ['utm_content', 'missing', null],
    ]);
    expect(faultsOf(`${SITE}/?${ALL}`)).toEqual([]);
  });

  it('names what is written twice, and what stands behind #', () => {
    expect(faultsOf(`${SITE}/?${ALL}&utm_term=__AID__`)).toEqual([['utm_term', 'twice', '__AID__']]);
    expect(faultsOf(`${SITE}/?${ALL}#/sale?utm_term=x`)).toEqual([['utm_term', 'in_fragment', 'x']]);
    expect(read(`${SITE}/?${ALL}#/sale?utm_term=x`).address).toBe(`${SITE}/?${ALL}#/sale?utm_term=x`);
  });

  it.each([
    ['shop.example.org', 'no full address'],
    ['ftp://shop.example.org/', 'no full address'],
    ['javascript:alert(1)', 'no full address'],
    ['https://', 'no full address'],
    [`${SITE}/a b`, 'white space'],
    [`${SITE}/a\u0000`, 'control characters'],
    ['https://u:p@shop.example.org/', 'user name or password'],
  ])('refuses %s', (address, said) => {
    expect(readDestination(address)).toEqual({ ok: false, reason: expect.stringContaining(said) });
  });
});

const word = fc.stringMatching(/^[A-Za-z0-9_%.~+[\]-]{0,12}$/);
const own = fc.constantFrom(...Object.keys(AD_PARAMETERS), 'UTM_TERM', 'utm%5Fsource', 'ttclid', 'utm_id');
const value = fc.oneof(word, fc.constantFrom(...Object.values(AD_PARAMETERS), '%5F%5FCID%5F%5F'));
const pair = fc.oneof(
  { weight: 2, arbitrary: fc.tuple(own, value).map(([name, said]) => `${name}=${said}`) },
  { weight: 3, arbitrary: fc.tuple(word, word).map(([name, said]) => `${name}=${said}`) },
  word,
);
const address = fc
  .tuple(fc.constantFrom('', '/', '/sale', '/s%20ale;v=1'), fc.option(fc.array(pair, { maxLength: 8 })), fc.option(word))
  .map(([path, pairs, fragment]) => `${SITE}${path}${pairs ? `?${pairs.join('&')}` : ''}${fragment === null ? '' : `#${fragment}`}`);
const isOwn = (written: string): boolean =>
  /^(?:utm_(?:source|medium|campaign|content|term)|ttclid)(?:=|$)/i.test(written.replace(/%5F/i, '_'));

describe('any destination address', () => {
  it('is right after one pass, and stays as it is from then on', () => {
    fc.assert(
      fc.property(address, (written) => {
        const once = read(written).address;
        expect(read(once)).toEqual({ ok: true, address: once, faults: read(once).faults.filter(({ fault }) => fault === 'in_fragment') });
        for (const [name, wanted] of Object.entries(AD_PARAMETERS))
          expect(once.split(/[?&#]/).filter((part) => part === `${name}=${wanted}`).length).toBeGreaterThan(0);
      }),
    );
  });

  it('keeps its place, its other parameters in their order and writing, and its fragment', () => {
    fc.assert(
      fc.property(address, (written) => {
        const parts = (text: string) => {
          const [bare = '', ...fragment] = text.split('#');
          const [place, ...query] = bare.split('?');
          const others = query
            .join('?')
            .split('&')
            .filter((each) => !isOwn(each));
          return { place, fragment: fragment.join('#'), others: others.join('&').replace(/&+$/, '') };
        };
        expect(parts(read(written).address)).toEqual(parts(written));
      }),
    );
  });

  it('is clicked with ids in place of the macros and one click id, all of which a server can read', () => {
    fc.assert(
      fc.property(address, (written) => {
        const clicked = new URL(clickOn(read(written).address));
        expect(clicked.searchParams.getAll('ttclid')).toHaveLength(1);
        for (const name of ['utm_campaign', 'utm_content', 'utm_term']) expect(clicked.searchParams.get(name)).toMatch(/^17\d{14}$/);
      }),
    );
  });
});

describe('the way of a click', () => {
  const clicked = clickOn(`${SITE}/?${ALL}`);
  const without = (name: string, from = clicked): string => {
    const url = new URL(from);
    url.searchParams.delete(name);
    return url.href;
  };

  it('names each redirect that loses something, and what', () => {
    const first = without('ttclid');
    const second = without('utm_term', first);
    expect(lossesOnTheWay([clicked, `${clicked}&lang=de`, first, second])).toMatchObject([
      { redirect: 2, lost: ['ttclid'] },
      { redirect: 3, lost: ['utm_term'], from: first, to: second },
    ]);
  });

  it('does not mind what is handed back later, and what is added', () => {
    expect(lossesOnTheWay([clicked, without('ttclid'), clicked])).toEqual([]);
    expect(lossesOnTheWay([clicked])).toEqual([]);
  });

  it('takes a changed value for a lost one', () => {
    const changed = new URL(clicked);
    changed.searchParams.set('utm_source', 'newsletter');
    expect(lossesOnTheWay([clicked, changed.href])).toMatchObject([{ redirect: 1, lost: ['utm_source'] }]);
  });
});
