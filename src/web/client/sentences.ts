import type { ClientLinkPurpose } from '../../domain/client-links.js';

interface Sentences {
  readonly title: (item: string) => string;
  /** Why Kobi asks. */
  readonly why: string;
  /** What the client hears when it is done. */
  readonly thanks: string;
}

/** What clients read; they have no account and know nothing of steps and gates. */
export const SENTENCES: Readonly<Record<ClientLinkPurpose, Sentences>> = {
  spark_code: {
    title: (post) => `We need the Spark code of the post “${post}”`,
    why: 'We want to show this TikTok post as an ad. TikTok allows it only with a code that the creator of the post makes in the TikTok app.',
    thanks: 'Thank you. The code is handed in, and TikTok has been asked to accept it.',
  },
  music_licence: {
    title: (creative) => `May the music of “${creative}” be used in ads?`,
    why: 'Music in an ad needs a licence for commercial use. Before somebody decides about this creative, we need your word that you hold it.',
    thanks: 'Thank you. Your confirmation is recorded, and whoever decides about the creative sees it.',
  },
  verification_papers: {
    title: () => 'We need papers that show who the company is',
    why: 'TikTok verifies every company that advertises. Please send the papers that show its registration, such as an extract from the register.',
    thanks: 'Thank you. The papers are handed in, and only the people who work on the verification can open them.',
  },
  account_link: {
    title: () => 'Please connect your TikTok account',
    why: 'Ads run in the name of your TikTok account. Only its owner can allow that, on a page of TikTok itself.',
    thanks: 'Thank you. We look at TikTok whether the account is connected, and ask again if it is not.',
  },
};
