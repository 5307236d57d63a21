import { createTransport } from 'nodemailer';
import { findPerson, type People } from '../domain/people.js';
import type { Notice } from '../store/notices.js';
import { type Channel, DeliveryFailed } from './channel.js';
import { wordingOf } from './wording.js';

export interface MailSettings {
  /** `smtp://user:password@host:port`, or `smtps://` for TLS from the first byte. */
  readonly smtpUrl: string;
  /** The sender, such as `Kobi <onboarding@example.org>`; its domain is that of the message ids. */
  readonly from: string;
  /** The desk's address, for links; left out, mails have none. */
  readonly deskOrigin?: string;
}

/** Answers of a server that no repetition changes: no such mailbox, not for us. Wrong credentials are mended by somebody. */
const CREDENTIALS: ReadonlySet<number> = new Set([530, 534, 535, 538]);

function failureOf(error: unknown): DeliveryFailed {
  const member = (name: string): unknown => (error instanceof Error ? Object.getOwnPropertyDescriptor(error, name)?.value : undefined);
  const answer = member('responseCode');
  if (typeof answer === 'number')
    return new DeliveryFailed(`SMTP answer ${answer}`, {
      forGood: answer >= 500 && !CREDENTIALS.has(answer) && member('code') === 'EENVELOPE',
    });
  const code = member('code');
  return new DeliveryFailed(`SMTP ${typeof code === 'string' ? code : 'failure'}`);
}

function sectionsOf(notices: readonly Notice[], deskOrigin: string | undefined): string[] {
  return notices.map((notice) => {
    const { headline, lines, path, reason } = wordingOf(notice);
    const why = reason === undefined ? [] : [`reason: ${reason}`];
    const row = notice.ledger ? [`ledger: row ${notice.ledger.seq}, ${notice.ledger.hash}`] : [];
    const link = deskOrigin === undefined ? [] : [`${deskOrigin}${path}`];
    return [`${notice.slug}: ${headline}`, ...[...why, ...lines, ...link, ...row].map((line) => `  ${line}`)].join('\n');
  });
}

const FOOTER =
  'Opening a link changes nothing; decisions are made at the desk by whoever is signed in.\n' +
  'You get this because of your roles for this tenant, or because you started it.';

/**
 * Mail to people by SMTP: several notices at once are one mail. Everything about one tenant is one thread in any mail client, because
 * each of its mails answers the same message id under the same subject; a digest over several tenants stands for itself.
 */
export function mailChannel({ smtpUrl, from, deskOrigin }: MailSettings, readPeople: () => Promise<People>): Channel {
  const transport = createTransport({
    url: smtpUrl,
    pool: true,
    maxConnections: 1,
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: 30_000,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const domain = /@([^\s>]+)>?\s*$/.exec(from)?.[1] ?? 'localhost';
  return {
    name: 'mail',
    forPeople: true,
    targets: (_notice, recipients) => recipients,
    async send({ target, id, notices }) {
      const person = findPerson(await readPeople(), target);
      const slugs = [...new Set(notices.map((notice) => notice.slug))];
      const [slug] = slugs;
      if (!person || slug === undefined) return false;
      const root = `<onboarding.${slug}@${domain}>`;
      const thread = slugs.length === 1 ? { inReplyTo: root, references: root } : {};
      try {
        await transport.sendMail({
          from,
          to: person.mail,
          subject: slugs.length === 1 ? `Onboarding ${slug}` : `Onboardings: ${notices.length} messages about ${slugs.length} tenants`,
          messageId: `<${id}@${domain}>`,
          ...thread,
          headers: { 'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All' },
          text: [...sectionsOf(notices, deskOrigin), `-- \n${FOOTER}`].join('\n\n'),
        });
      } catch (error) {
        throw failureOf(error);
      }
      return true;
    },
    close: () => transport.close(),
  };
}
