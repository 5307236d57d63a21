import * as oidc from 'openid-client';
import type { ProviderConfig } from '../config/provider.js';

const ANSWERS_WITHIN_SECONDS = 10;
/** Endpoints and keys change rarely; what has changed is known after this. */
const KNOWN_FOR_MS = 3_600_000;

/** What one browser must bring back for its sign-in to count; none of it is a secret of ours. */
export interface Attempt {
  readonly state: string;
  readonly nonce: string;
  /** Proves to the provider that whoever redeems the code also asked for it (PKCE). */
  readonly verifier: string;
}

/**
 * `unreachable`: nothing was found out, trying again may help. `set_up_wrong`: an admin must mend settings here or there. `denied`: the
 * person or the provider said no. `not_proven`: what came back proves nobody.
 */
export type SignInFault = 'unreachable' | 'set_up_wrong' | 'denied' | 'not_proven';

/** Signing in came to nothing. Causes are left behind, because they carry tokens; `detail` is a code for the log. */
export class SignInFailed extends Error {
  override readonly name = 'SignInFailed';
  constructor(
    readonly fault: SignInFault,
    readonly detail: string,
  ) {
    super(`signing in with the provider: ${fault} (${detail})`);
  }
}

/** An OpenID provider, by the authorization code flow with PKCE. Every method throws `SignInFailed`. */
export interface IdentityProvider {
  /** What people know it by. */
  readonly host: string;
  /** Where to send the browser, and what it must bring back. */
  begin(): Promise<{ readonly address: string; readonly attempt: Attempt }>;
  /** The claims about whoever signed in: of the ID token, and of the user info where the token lacks the configured one. */
  finish(query: URLSearchParams, attempt: Attempt): Promise<Readonly<Record<string, unknown>>>;
  /** Where signing out at the provider begins; undefined when it does not offer that. */
  endSession(): Promise<string | undefined>;
}

function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.name : 'unknown';
}

/** What an error of the library means; `otherwise` where it says that an answer did not hold. */
function failed(error: unknown, otherwise: SignInFault): SignInFailed {
  if (error instanceof SignInFailed) return error;
  if (error instanceof oidc.AuthorizationResponseError) return new SignInFailed('denied', error.error.slice(0, 100));
  if (error instanceof oidc.ResponseBodyError)
    return new SignInFailed(
      error.status >= 500 ? 'unreachable' : error.error === 'invalid_grant' ? 'not_proven' : 'set_up_wrong',
      error.error,
    );
  const code = codeOf(error);
  // A connection that failed is a TypeError without a code.
  if ((error instanceof TypeError && !('code' in error)) || code === 'OAUTH_TIMEOUT') return new SignInFailed('unreachable', code);
  const answer = error instanceof Error ? error.cause : undefined;
  if (answer instanceof Response && answer.status >= 500) return new SignInFailed('unreachable', `HTTP ${answer.status}`);
  return new SignInFailed(otherwise, code);
}

/** In the header unless the provider takes the secret in the body only. */
function clientSecret(secret: string): oidc.ClientAuth {
  const [basic, post] = [oidc.ClientSecretBasic(secret), oidc.ClientSecretPost(secret)];
  return (server, client, body, headers) => {
    const taken = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    return (taken.includes('client_secret_basic') ? basic : post)(server, client, body, headers);
  };
}

/** A provider by its settings; it is asked for its endpoints when the first person signs in, so that the desk starts without it. */
export function identityProvider(settings: ProviderConfig, clock: () => Date): IdentityProvider {
  let known: { readonly configuration: oidc.Configuration; readonly untilMs: number } | undefined;
  let asking: Promise<oidc.Configuration> | undefined;

  async function discover(): Promise<oidc.Configuration> {
    const loopback = settings.issuer.startsWith('http:') ? [oidc.allowInsecureRequests] : [];
    try {
      const configuration = await oidc.discovery(
        new URL(settings.issuer),
        settings.clientId,
        {
          [oidc.clockTolerance]: settings.clockSkewSeconds,
          [oidc.clockSkew]: Math.round((clock().getTime() - Date.now()) / 1_000),
        },
        clientSecret(settings.clientSecret),
        { timeout: ANSWERS_WITHIN_SECONDS, execute: [...loopback, oidc.enableNonRepudiationChecks] },
      );
      known = { configuration, untilMs: clock().getTime() + KNOWN_FOR_MS };
      return configuration;
    } catch (error) {
      throw failed(error, 'set_up_wrong');
    }
  }

  async function configuration(): Promise<oidc.Configuration> {
    if (known !== undefined && clock().getTime() < known.untilMs) return known.configuration;
    // Many who wait for a provider that is away ask it once.
    asking ??= discover().finally(() => (asking = undefined));
    return asking;
  }

  return {
    host: new URL(settings.issuer).host,

    async begin() {
      const server = await configuration();
      const attempt = { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() };
      const address = oidc.buildAuthorizationUrl(server, {
        redirect_uri: settings.redirectAddress,
        scope: settings.scopes,
        state: attempt.state,
        nonce: attempt.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(attempt.verifier),
        code_challenge_method: 'S256',
      });
      return { address: address.href, attempt };
    },

    async finish(query, { state, nonce, verifier }) {
      const server = await configuration();
      // Never from the request: its host is what a stranger says it is.
      const arrived = new URL(settings.redirectAddress);
      arrived.search = query.toString();
      try {
        const tokens = await oidc.authorizationCodeGrant(server, arrived, {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (!claims) throw new SignInFailed('not_proven', 'no ID token');
        const complete = claims[settings.claim] !== undefined && (settings.claim !== 'email' || claims['email_verified'] !== undefined);
        if (complete || server.serverMetadata().userinfo_endpoint === undefined) return claims;
        return await oidc.fetchUserInfo(server, tokens.access_token, claims.sub);
      } catch (error) {
        throw failed(error, 'not_proven');
      }
    },

    async endSession() {
      const server = await configuration();
      if (server.serverMetadata().end_session_endpoint === undefined) return undefined;
      return oidc.buildEndSessionUrl(server, { post_logout_redirect_uri: settings.afterSignOut }).href;
    },
  };
}
