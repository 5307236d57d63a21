import { ConfigInvalid } from '../../config.js';
import type { ProviderConfig } from '../../config/provider.js';
import { identityProvider, SignInFailed } from '../../sign-in/provider.js';
import { type Check, checksOf } from './check.js';

const { ok, warn, fail } = checksOf('settings');

/** How people sign in at the desk, and whether the OpenID provider answers as its settings say. */
export async function checkSignIn(read: () => ProviderConfig | undefined): Promise<Check[]> {
  try {
    return await checkProvider(read());
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
    return [
      fail('sign-in', error.faults.join('; '), 'set them (docs/operations.md, "Signing in with OpenID Connect"), or unset all of OIDC_'),
    ];
  }
}

async function checkProvider(settings: ProviderConfig | undefined): Promise<Check[]> {
  if (!settings) return [ok('sign-in', 'with access tokens; no OpenID provider is set up (OIDC_ISSUER)')];
  const provider = identityProvider(settings, () => new Date());
  try {
    const end = await provider.endSession();
    const out = end === undefined ? 'it offers no sign-out' : `signing out there leads back to ${settings.afterSignOut}`;
    return [
      ok(
        'sign-in',
        `with ${provider.host}${settings.tokenSignIn ? ', or an access token' : ' only'}; it must know the redirect address ${settings.redirectAddress}; ${out}`,
      ),
    ];
  } catch (error) {
    if (!(error instanceof SignInFailed)) throw error;
    const found = `${provider.host} does not serve the discovery document of OIDC_ISSUER (${error.detail})`;
    const fix = 'look whether OIDC_ISSUER is the issuer to the letter, and whether this machine reaches it';
    return [
      settings.tokenSignIn && error.fault === 'unreachable'
        ? warn('sign-in', `${found}; access tokens still open the desk`, fix)
        : fail('sign-in', found, fix),
    ];
  }
}
