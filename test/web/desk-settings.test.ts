import { describe, expect, it } from 'vitest';
import { checkSignIn } from '../../src/cli/doctor/sign-in.js';
import { ConfigInvalid } from '../../src/config.js';
import { readDeskConfig, readProviderConfig } from '../../src/config/desk.js';
import { freePort } from '../../src/process/free-port.js';
import { CLIENT, startProvider } from './openid-provider.js';

const desk = { KOBI_SESSION_KEY: 'visibly-fake-session-key-for-tests-only' };
const oidc = {
  OIDC_ISSUER: 'https://login.example.org/realms/kobi',
  OIDC_CLIENT_ID: 'kobi-desk',
  OIDC_CLIENT_SECRET: 'fake-client-secret',
  KOBI_DESK_ORIGIN: 'https://desk.example.org/',
};

function faultsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.faults.map((fault) => fault.split(':')[0] ?? '');
    throw error;
  }
  return [];
}

describe('the settings of signing in', () => {
  it('make the exact redirect address from the desk’s origin, and leave tokens on', () => {
    expect(readDeskConfig({ ...desk, ...oidc }).provider).toEqual({
      issuer: oidc.OIDC_ISSUER,
      clientId: 'kobi-desk',
      clientSecret: 'fake-client-secret',
      claim: 'email',
      scopes: 'openid email',
      clockSkewSeconds: 60,
      tokenSignIn: true,
      redirectAddress: 'https://desk.example.org/sign-in/callback',
      afterSignOut: 'https://desk.example.org/sign-in',
    });
    expect(readDeskConfig(desk).provider).toBeUndefined();
    expect(readProviderConfig({})).toBeUndefined();
  });

  it('are refused with every fault at once, and without a value', () => {
    const wrong = {
      OIDC_CLIENT_SECRET: 'fake-client-secret',
      OIDC_ISSUER: 'http://login.example.org',
      OIDC_CLAIM: 'e mail',
      OIDC_SCOPES: 'email',
      OIDC_CLOCK_SKEW_SECONDS: '601',
      OIDC_TOKEN_SIGN_IN: 'no',
    };
    const faults = [
      'OIDC_ISSUER',
      'OIDC_CLAIM',
      'OIDC_SCOPES',
      'OIDC_CLOCK_SKEW_SECONDS',
      'OIDC_TOKEN_SIGN_IN',
      'OIDC_CLIENT_ID',
      'KOBI_DESK_ORIGIN',
    ];
    expect(faultsOf(() => readDeskConfig(wrong)).toSorted()).toEqual(['KOBI_SESSION_KEY', ...faults].toSorted());
    expect(faultsOf(() => readProviderConfig(wrong)).toSorted()).toEqual(faults.toSorted());
    expect(() => readDeskConfig(wrong)).not.toThrow('fake-client-secret');
  });

  // Somebody who shuts tokens out without a provider would shut everybody out.
  it('cannot shut everybody out', () => {
    expect(faultsOf(() => readDeskConfig({ ...desk, OIDC_TOKEN_SIGN_IN: 'off' }))).toEqual([
      'OIDC_ISSUER',
      'OIDC_CLIENT_ID',
      'OIDC_CLIENT_SECRET',
      'KOBI_DESK_ORIGIN',
    ]);
  });
});

describe('the doctor', () => {
  it('says how people sign in, and what keeps them from it', async () => {
    const port = await freePort();
    const provider = await startProvider(port, 'http://127.0.0.1:1');
    const env = {
      OIDC_ISSUER: provider.issuer,
      OIDC_CLIENT_ID: CLIENT.id,
      OIDC_CLIENT_SECRET: CLIENT.secret,
      KOBI_DESK_ORIGIN: 'http://127.0.0.1:1',
    };
    const check = async (change: NodeJS.ProcessEnv = {}) => {
      const [found] = await checkSignIn(() => readProviderConfig({ ...env, ...change }));
      return found;
    };
    try {
      expect(await checkSignIn(() => undefined)).toMatchObject([{ state: 'ok', detail: expect.stringContaining('access tokens') }]);
      expect(await check()).toMatchObject({ state: 'ok', detail: expect.stringContaining('http://127.0.0.1:1/sign-in/callback') });
      expect(await check({ OIDC_ISSUER: `${provider.issuer}/another` })).toMatchObject({ state: 'fail' });
      expect(await check({ OIDC_CLIENT_ID: '' })).toMatchObject({ state: 'fail', detail: expect.stringContaining('OIDC_CLIENT_ID') });
    } finally {
      await provider.stop();
    }
    expect(await check()).toMatchObject({ state: 'warn', detail: expect.stringContaining('access tokens still open the desk') });
    expect(await check({ OIDC_TOKEN_SIGN_IN: 'off' })).toMatchObject({ state: 'fail' });
  });
});
