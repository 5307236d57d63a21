import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ownPath } from '../../src/web/sign-in/own-path.js';

describe('where signing in leads', () => {
  it.each([
    ['/tenants?state=live', '/tenants?state=live'],
    ['https://evil.example.org/', '/'],
    ['//evil.example.org/', '/'],
    ['/\\evil.example.org', '/'],
    ['\\\\evil.example.org', '/'],
    ['/\t/evil.example.org', '/'],
    ['/\n/evil.example.org', '/'],
    ['/.//evil.example.org', '/'],
    ['/..//evil.example.org', '/'],
    ['/%2f/evil.example.org', '/%2f/evil.example.org'],
    [' /tenants', '/'],
    ['javascript:alert(1)', '/'],
    ['http:evil.example.org', '/'],
    ['@evil.example.org', '/'],
    ['/tenants\r\nset-cookie: a=b', '/tenantsset-cookie:%20a=b'],
    ['/größe?q=ü', '/gr%C3%B6%C3%9Fe?q=%C3%BC'],
    [undefined, '/'],
  ])('%j: %s', (back, path) => expect(ownPath(back)).toBe(path));

  it('is on this host and plain ASCII, whatever is asked for', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.webUrl(), fc.string({ unit: 'binary' }), fc.webPath(), fc.constantFrom('//', '/\\', '/..//')),
        fc.string(),
        (start, end) => {
          const path = ownPath(start + end);
          expect(path).toMatch(/^\/(?![/\\])[\x21-\x7e]*$/);
          expect(new URL(path, 'https://desk.example.org').host).toBe('desk.example.org');
        },
      ),
      { numRuns: 1_000, seed: 4 },
    );
  });
});
