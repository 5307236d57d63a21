import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../../../src/domain/events/hashing.js';
import {
  advertisingIdOfApple,
  advertisingIdOfGoogle,
  hashedEmail,
  hashedExternalId,
  hashedPhone,
  normalEmail,
  normalPhone,
} from '../../../src/domain/events/identifiers.js';
import { isDeviceAddress } from '../../../src/domain/events/network-address.js';
import { sent, WHOLE } from './shop.js';

const NOTHING = ['', ' ', '\t', 'undefined', 'UNDEFINED', ' undefined ', 'null', 'NULL', '[object Object]', null, undefined, {}, [], true];
const HASHES_OF_NOTHING = ['', ' ', 'undefined', 'null'].map(sha256);

describe('hashing', () => {
  it("gives TikTok's own examples", () => {
    expect(hashedEmail(' ALICE_abc@gmail.com ')).toBe('848a771458438fc2ec420560d769fb9b9b86851ee338ec56517baabd79d3bb4f');
    expect(hashedExternalId('user_123')).toBe('80fba0ae1c48e3978e43e4efc365e14e12ea0c830ba8ba5b9a2dafc7e3f2ab8b');
  });

  it.each([
    ['dots stay', 'a.b@example.org', 'a.b@example.org'],
    ['plus tags stay', 'a+tag@example.org', 'a+tag@example.org'],
    ['trimmed and lower case', '\u00a0A@Example.ORG\n', 'a@example.org'],
    ['beyond ASCII', 'ÄPFEL@example.org', 'äpfel@example.org'],
    ['no address', 'n/a', undefined],
    ['two addresses', 'a@example.org b@example.org', undefined],
  ])('normalises an e-mail address: %s', (_what, written, normal) => {
    expect(normalEmail(written)).toBe(normal);
  });

  it.each([
    ['national form', '0151 12345678', 'DE', '+4915112345678'],
    ['brackets and hyphens', '+1 (555) 123-4567', undefined, '+15551234567'],
    ['a zero after the country code', '+49 (0)151 12345678', undefined, '+4915112345678'],
    ['00 from a country that dials it', '0049 151 12345678', 'DE', '+4915112345678'],
    ['00 without a country', '0049 151 12345678', undefined, undefined],
    ['no country code, no default', '0151 12345678', undefined, undefined],
    ['letters', '1-800-FLOWERS', 'US', undefined],
    ['text around it', 'call +4915112345678', 'DE', undefined],
    ['more than 15 digits', '+1234567890123456', undefined, undefined],
    ['the country code wins over the default', '+44 20 7946 0958', 'DE', '+442079460958'],
  ] as const)('normalises a phone number: %s', (_what, written, country, normal) => {
    expect(normalPhone(written, country)).toBe(normal);
  });

  it('leaves a phone number that came as a number out, because its country is lost', () => {
    expect(hashedPhone(4915112345678, 'DE')).toBeUndefined();
  });

  it('keeps the capitals of an external id', () => {
    expect(hashedExternalId(' AbC ')).toBe(sha256('AbC'));
    expect(hashedExternalId(42)).toBe(sha256('42'));
  });

  it('passes what is hashed already, in lower case, never hashed again', () => {
    const hash = sha256('person-a@example.org');
    expect(hashedEmail(hash)).toBe(hash);
    expect(hashedEmail(` ${hash.toUpperCase()} `)).toBe(hash);
    expect(hashedPhone(hash, undefined)).toBe(hash);
    expect(hashedExternalId(hash)).toBe(hash);
  });

  it.each([...NOTHING, ...HASHES_OF_NOTHING, ...HASHES_OF_NOTHING.map((hash) => hash.toUpperCase())])('leaves %j out', (nothing) => {
    expect(hashedEmail(nothing)).toBeUndefined();
    expect(hashedPhone(nothing, 'DE')).toBeUndefined();
    expect(hashedExternalId(nothing)).toBeUndefined();
  });

  it.each(NOTHING)('sends no field of a person for %j', (nothing) => {
    const fields = ['email', 'phone', 'external_id', 'ttclid', 'ttp', 'ip', 'user_agent', 'locale'];
    const { user } = sent({ ...WHOLE.web, user: Object.fromEntries(fields.map((field) => [field, nothing])) }).data;
    expect(JSON.parse(JSON.stringify(user))).toEqual({});
  });

  it('is done once, however often it is asked for', () => {
    const again = (hashed: (value: unknown) => string | undefined) => (value: unknown) => {
      const once = hashed(value);
      if (once !== undefined) expect(hashed(once)).toBe(once);
    };
    fc.assert(fc.property(fc.oneof(fc.emailAddress(), fc.string(), fc.jsonValue()), again(hashedEmail)));
    fc.assert(fc.property(fc.oneof(fc.string(), fc.jsonValue()), again(hashedExternalId)));
    fc.assert(
      fc.property(
        fc.oneof(fc.stringMatching(/^\+?[0-9 ()-]{6,18}$/), fc.jsonValue()),
        again((value) => hashedPhone(value, 'DE')),
      ),
    );
  });

  it('normalises in one go', () => {
    fc.assert(
      fc.property(fc.oneof(fc.emailAddress(), fc.string()), (text) => {
        const normal = normalEmail(text);
        if (normal !== undefined) expect(normalEmail(normal)).toBe(normal);
      }),
    );
    fc.assert(
      fc.property(fc.stringMatching(/^\+?[0-9 ()-]{6,18}$/), (text) => {
        const normal = normalPhone(text, 'DE');
        if (normal === undefined) return;
        expect(normal).toMatch(/^\+[1-9]\d{1,14}$/);
        expect(normalPhone(normal, 'US')).toBe(normal);
      }),
    );
  });
});

describe('advertising ids', () => {
  const id = '6d92078a-8246-4ba4-ae5b-76104861e7dc';
  const none = '00000000-0000-0000-0000-000000000000';

  it("are raw in capitals for Apple's and hashed for Google's; no tracking means no id", () => {
    expect(advertisingIdOfApple(id)).toBe(id.toUpperCase());
    expect(advertisingIdOfApple(sha256(id))).toBe(sha256(id));
    expect(advertisingIdOfGoogle(id.toUpperCase())).toBe(sha256(id));
    for (const read of [advertisingIdOfApple, advertisingIdOfGoogle]) {
      expect(read(none)).toBeUndefined();
      expect(read('no id')).toBeUndefined();
    }
  });
});

describe('addresses of devices', () => {
  it.each(['203.0.113.5', '8.8.8.8', '2001:db8::1', '2a00:1450:4001::200e', '::ffff:8.8.8.8', '172.15.0.1', '100.128.0.1'])(
    '%s passes',
    (ip) => {
      expect(isDeviceAddress(ip)).toBe(true);
    },
  );

  it.each(
    (
      '10.0.0.1 127.0.0.1 192.168.1.1 172.16.0.1 172.31.255.255 169.254.1.1 100.64.0.1 0.0.0.0 224.0.0.1 256.1.1.1 1.2.3 ::1 :: fe80::1 ' +
      'fd00::1 ff02::1 ::ffff:10.0.0.1 shop.example.org 1.2.3.4:80 12:34'
    ).split(' '),
  )('%s is left out', (ip) => {
    expect(isDeviceAddress(ip)).toBe(false);
  });
});
