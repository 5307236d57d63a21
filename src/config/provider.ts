import { z } from 'zod';
import { httpsAddress, onOrOff } from './values.js';

const text = z.string().trim().min(1);
const claimName = z.string().regex(/^[a-z][a-z0-9_]{0,63}$/i, 'is not the name of a claim, such as email');
const scopeList = z.string().regex(/^openid( [!#-[\]-~]+)*$/, 'is not a list of scopes that begins with openid');

/** What the environment says about signing in at the desk with OpenID Connect; all of it is left out where people use tokens only. */
export const providerSchema = z.object({
  /** The provider's issuer, to the letter of its discovery document. */
  OIDC_ISSUER: httpsAddress.optional(),
  OIDC_CLIENT_ID: text.optional(),
  OIDC_CLIENT_SECRET: text.optional(),
  /** `email` is compared with a person's mail when the provider verified it; any other claim with a person's id. */
  OIDC_CLAIM: claimName.default('email'),
  OIDC_SCOPES: scopeList.default('openid email'),
  OIDC_CLOCK_SKEW_SECONDS: z.coerce.number().int().min(0).max(600).default(60),
  OIDC_TOKEN_SIGN_IN: onOrOff.default(true),
});

/** The OpenID provider that people sign in with. */
export interface ProviderConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The claim that says who somebody is. */
  readonly claim: string;
  readonly scopes: string;
  /** By how many seconds the provider's clock and ours may differ. */
  readonly clockSkewSeconds: number;
  /** Whether access tokens open the desk too. */
  readonly tokenSignIn: boolean;
  /** Absolute; to be registered at the provider exactly so. */
  readonly redirectAddress: string;
  /** Absolute; where the provider leads after signing out, to be registered too. */
  readonly afterSignOut: string;
}

const NEEDED = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'] as const;
/** The address that the provider leads back to must not follow what a request claims to be its host. */
const ORIGIN = 'KOBI_DESK_ORIGIN';

/** Every setting that is missing beside the ones that are set. */
export function providerFaults(set: Readonly<Record<string, string | undefined>>): string[] {
  const meant = Object.keys(set).some((name) => name.startsWith('OIDC_'));
  if (!meant) return [];
  return [...NEEDED, ORIGIN]
    .filter((name) => set[name] === undefined)
    .map((name) => `${name}: is not set, and signing in by OIDC needs it`);
}

/**
 * The provider, or undefined where none is set up.
 * @param origin the desk's address as browsers see it, without a slash at the end
 */
export function providerOf(data: z.infer<typeof providerSchema>, origin: string | undefined): ProviderConfig | undefined {
  const { OIDC_ISSUER, OIDC_CLIENT_ID, OIDC_CLIENT_SECRET } = data;
  if (OIDC_ISSUER === undefined || OIDC_CLIENT_ID === undefined || OIDC_CLIENT_SECRET === undefined || origin === undefined)
    return undefined;
  return {
    issuer: OIDC_ISSUER,
    clientId: OIDC_CLIENT_ID,
    clientSecret: OIDC_CLIENT_SECRET,
    claim: data.OIDC_CLAIM,
    scopes: data.OIDC_SCOPES,
    clockSkewSeconds: data.OIDC_CLOCK_SKEW_SECONDS,
    tokenSignIn: data.OIDC_TOKEN_SIGN_IN,
    redirectAddress: `${origin}/sign-in/callback`,
    afterSignOut: `${origin}/sign-in`,
  };
}
