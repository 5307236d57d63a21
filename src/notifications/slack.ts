import type { Channel } from './channel.js';
import { postJson } from './post.js';
import { wordingOf } from './wording.js';

/** What Slack reads as markup in text that is none. */
function plain(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * A Slack-compatible incoming webhook: one channel where operators and approvers read along. Its address is a secret.
 *
 * @param deskOrigin for links; left out, messages have none
 */
export function slackChannel(url: string, deskOrigin: string | undefined): Channel {
  return {
    name: 'slack',
    forPeople: true,
    targets: () => ['channel'],
    async send({ notices }) {
      const entries = notices.map((notice) => {
        const { headline, lines, path } = wordingOf(notice);
        const title = plain(`${notice.slug}: ${headline}`);
        return [`*${deskOrigin === undefined ? title : `<${deskOrigin}${path}|${title}>`}*`, ...lines.map(plain)].join('\n');
      });
      await postJson(url, JSON.stringify({ text: entries.join('\n\n'), unfurl_links: false, unfurl_media: false }));
      return true;
    },
  };
}
