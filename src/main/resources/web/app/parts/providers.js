// The providers that people can sign in with, as far as the operator has enabled any.

import {html, nothing} from 'lit';
import {get} from '../api.js';

let asked = null;

/** Asked for once; if that fails, next time again, and until then there are none. */
export function enabledProviders() {
  asked ??= get('/auth/oauth').then(
    ({providers}) => providers,
    () => {
      asked = null;
      return [];
    },
  );
  return asked;
}

const WHY = {
  access_denied: (name) => `${name} was not allowed to tell who you are.`,
  conflict: (name) => `That account of ${name} signs in somebody else here, or you have connected another one. Disconnect that first.`,
  email_not_verified: (name) => `${name} has no verified e-mail address of yours. Verify it there, then try again.`,
  insufficient_permissions: () => 'Nobody can sign up here. Ask your operator for an account.',
  invalid_session: () => 'Your session ended meanwhile. Sign in again.',
  rate_limit_exceeded: () => 'Too many tries. Try again in a few minutes.',
  temporarily_unavailable: (name) => `${name} can’t be reached just now. Try again in a moment, or sign in another way.`,
};

/** Why somebody came back from a provider with nothing, by the code in the page's address. */
export function turnedBack(code, id, providers) {
  const name = providers.find((provider) => provider.id === id)?.name ?? 'The provider';
  return WHY[code]?.(name) ?? `What came back from ${name} could not be verified, was of somebody else, or came too late. Please try again.`;
}

/** Buttons that lead to each, and then to the page that somebody wanted. */
export function providerLinks(providers, next) {
  return providers.length
    ? html`<div class="providers">
          ${providers.map(
            ({name, start_url: url}) =>
              html`<a class="button" href="${url}${next ? `?${new URLSearchParams({return_to: next})}` : ''}">Continue with ${name}</a>`,
          )}
        </div>
        <p class="or" aria-hidden="true"><span>or</span></p>`
    : nothing;
}
