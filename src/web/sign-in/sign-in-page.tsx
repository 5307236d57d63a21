import type { ProviderConfig } from '../../config/provider.js';
import { Layout } from '../layout/layout.js';

export interface SignInPageProps {
  /** A path of our own. */
  readonly back: string;
  readonly provider: ProviderConfig | undefined;
  readonly fault?: string;
}

/** The provider is reached by a link and not by a form, because a form of ours may lead nowhere else. */
function ProviderEntry({ back, provider }: { readonly back: string; readonly provider: ProviderConfig }) {
  const { host } = new URL(provider.issuer);
  return (
    <p>
      <a class="button" href={`/sign-in/provider?back=${encodeURIComponent(back)}`}>
        Sign in with {host}
      </a>
    </p>
  );
}

function TokenForm({ back }: { readonly back: string }) {
  return (
    <form method="post" action="/sign-in">
      <input type="hidden" name="back" value={back} />
      <label>
        Access token <input name="token" type="password" autocomplete="current-password" required data-from-hash />
      </label>
      <p class="soft">
        <code>npm run dev</code> prints a link for each example person; elsewhere an admin makes one with{' '}
        <code>kobi token create PERSON</code>.
      </p>
      <button>Sign in</button>
    </form>
  );
}

/** The ways in: the provider where one is set up, and access tokens unless they are switched off. */
export function SignInPage({ back, provider, fault }: SignInPageProps) {
  return (
    <Layout title="Sign in">
      <h1>Sign in to the desk</h1>
      {fault === undefined ? null : (
        <p class="note bad" role="alert">
          {fault}
        </p>
      )}
      {provider === undefined ? null : <ProviderEntry back={back} provider={provider} />}
      {provider === undefined || provider.tokenSignIn ? <TokenForm back={back} /> : null}
    </Layout>
  );
}
