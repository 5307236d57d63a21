import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findChromium } from './chromium.js';

const nowhere = () => false;

describe('the Chromium of the machine', () => {
  it('is what CHROME_PATH names, before anything else', () => {
    const env = { CHROME_PATH: '/opt/mine/chrome', PATH: '/usr/bin' };
    expect(findChromium({ env, platform: 'linux' }, () => true)).toBe('/opt/mine/chrome');
    expect(() => findChromium({ env, platform: 'linux' }, (file) => file === '/usr/bin/chromium')).toThrow(
      'CHROME_PATH names /opt/mine/chrome, which is no program here',
    );
  });

  it('is found on PATH under any of its names, then in the usual places', () => {
    const env = { PATH: ['/first', '/second'].join(delimiter) };
    const found = (platform: NodeJS.Platform, there: string) => findChromium({ env, platform }, (file) => file === there);
    const onPath = join('/second', 'google-chrome-stable');
    expect(found('linux', onPath)).toBe(onPath);
    expect(found('linux', '/snap/bin/chromium')).toBe('/snap/bin/chromium');
    const onMac = join('/Applications', 'Google Chrome.app', 'Contents', 'MacOS', 'Google Chrome');
    expect(found('darwin', onMac)).toBe(onMac);
  });

  it.each([
    ['linux', 'apt-get install -y chromium'],
    ['darwin', 'brew install --cask chromium'],
    ['win32', 'winget install --exact --id Google.Chrome'],
  ] as const)('that is not there is asked for with the one command of %s', (platform, command) => {
    expect(() => findChromium({ env: {}, platform }, nowhere)).toThrow(command);
  });
});
