import { describe, expect, it } from 'vitest';
import { deviceAddress, withBrowser } from '../../src/domain/events/browser-request.js';
import { countedAs, senderOf } from '../../src/process/sender-address.js';

describe('the address of a caller', () => {
  it.each([
    ['93.184.216.34', '93.184.216.34'],
    ['::ffff:93.184.216.34', '93.184.216.34'],
    ['2606:2800:0220:0001:0248:1893:25c8:1946', '2606:2800:220:1::/64'],
    ['2606:2800:220:1::5', '2606:2800:220:1::/64'],
    ['2606:2800::5', '2606:2800:0:0::/64'],
    ['2606:2800:0:0:FFFF:FFFF:FFFF:FFFF', '2606:2800:0:0::/64'],
    ['[2606:2800::5]:443', '2606:2800:0:0::/64'],
    ['93.184.216.34:443', '93.184.216.34'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['unknown', 'unknown'],
    ['', ''],
  ])('%s is counted as %s', (address, counted) => {
    expect(countedAs(address)).toBe(counted);
  });

  it.each([
    ['without proxies is the connection’s', '1.1.1.1, 2.2.2.2', 0, '9.9.9.9'],
    ['behind one is what it wrote', '1.1.1.1, 2.2.2.2', 1, '2.2.2.2'],
    ['behind two is what the outer one wrote', '1.1.1.1, 2.2.2.2', 2, '1.1.1.1'],
    ['loses the port that a proxy wrote', '1.1.1.1:40001', 1, '1.1.1.1'],
    ['of IPv6 loses its port too', '[2606:2800::5]:40001', 1, '2606:2800::5'],
    ['is the connection’s where fewer wrote than there should be', '2.2.2.2', 2, '9.9.9.9'],
  ])('%s', (_what, forwarded, proxies, sender) => {
    expect(senderOf('9.9.9.9', forwarded, proxies)).toBe(sender);
  });

  it.each([
    ['93.184.216.34', '93.184.216.34'],
    ['93.184.216.34:4711', '93.184.216.34'],
    ['[2606:2800:220:1::5]:4711', '2606:2800:220:1::5'],
    ['::ffff:93.184.216.34', '93.184.216.34'],
    ['10.0.0.7', undefined],
    ['unknown', undefined],
  ])('%s names the device %s', (written, device) => {
    expect(deviceAddress(written)).toBe(device);
  });
});

describe('a web event of a page', () => {
  const browser = { ip: '93.184.216.34', userAgent: 'Browser/1.0' };
  it.each([
    ['gets what it lacks', { name: 'x' }, 'web', { ip: '93.184.216.34', user_agent: 'Browser/1.0' }],
    ['keeps its own', { user: { ip_address: '1.2.3.4', user_agent: 'Own' } }, 'web', { ip_address: '1.2.3.4', user_agent: 'Own' }],
    ['of another source gets nothing', { source: 'crm' }, 'web', undefined],
    ['gets nothing where the settings’ source is another', {}, 'offline', undefined],
  ] as const)('%s', (_what, event, source, user) => {
    expect(withBrowser(event, browser, source)).toEqual(user === undefined ? event : { ...event, user });
  });

  it('that is none, or whose user is none, is left to the judge', () => {
    for (const event of [7, null, { user: 'x' }]) expect(withBrowser(event, browser, 'web')).toBe(event);
  });
});
