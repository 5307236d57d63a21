import type { Stranger } from '../../sign-in/identity.js';
import type { SignInFault } from '../../sign-in/provider.js';

/** Why the provider's sign-in came to nothing, and what to do; `host` is what people know the provider by. */
export function faultSentence(fault: SignInFault, host: string): string {
  switch (fault) {
    case 'unreachable':
      return `${host} does not answer, so nobody can sign in with it now. Try again in a minute; kobi doctor shows whether it can be reached.`;
    case 'set_up_wrong':
      return `${host} and this desk do not fit together: an admin finds the cause with kobi doctor and in the desk’s log, and mends the settings that begin with OIDC_.`;
    case 'denied':
      return `${host} did not sign you in. Try again; if it says no again, ask whoever runs it to let you use this desk.`;
    case 'not_proven':
      return 'This sign-in does not belong to this browser, was used before, or took too long. Begin it again.';
  }
}

/** Why somebody whom the provider knows does not get in here, and whom to ask. */
export function strangerSentence(stranger: Stranger, host: string, claim: string): string {
  switch (stranger) {
    case 'no_claim':
      return `${host} signed you in, but did not say who you are: it sent no usable ${claim}. An admin lets it send that, or sets OIDC_CLAIM and OIDC_SCOPES to what it sends.`;
    case 'unverified':
      return `${host} signed you in, but has not verified your mail address. Verify it there, then sign in again.`;
    case 'unknown':
      return claim === 'email'
        ? `${host} signed you in, but nobody of your mail address is among the people of this desk. Ask an admin to add you to people.yaml with exactly that address.`
        : `${host} signed you in, but nobody of your ${claim} is among the people of this desk. Ask an admin to add you to people.yaml with exactly that as your id.`;
    case 'disabled':
      return 'Your access to this desk is switched off. If that is a mistake, ask an admin to take "disabled" off your entry in people.yaml.';
  }
}
