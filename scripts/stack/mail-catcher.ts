import { mkdirSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

export interface MailCatcher {
  readonly url: string;
  /** Where each mail is a text; the name says when, to whom and about what. */
  readonly folder: string;
  stop(): Promise<void>;
}

function fileName(to: string, subject: string, at: Date): string {
  const plain = (text: string): string => text.replaceAll(/[^\w.@-]+/g, '-').slice(0, 60);
  return `${at.toISOString().replaceAll(/[:.]/g, '-')}_${plain(to)}_${plain(subject)}.txt`;
}

/** As a person reads it: decoded, with what shows its thread. */
function readable({ headers, text = '' }: Email, to: string): string {
  const shown = ['from', 'subject', 'date', 'message-id', 'in-reply-to'].flatMap((name) =>
    headers.filter(({ key }) => key === name).map(({ originalKey, value }) => `${originalKey}: ${value}`),
  );
  return [`To: ${to}`, ...shown, '', text].join('\n');
}

/** A mail server on loopback that sends nothing on: whatever it takes becomes a file of `folder`. */
export async function startMailCatcher(folder: string, port: number): Promise<MailCatcher> {
  mkdirSync(folder, { recursive: true });
  const keep = async (source: Buffer, to: string): Promise<void> => {
    const mail = await PostalMime.parse(source);
    const file = join(folder, fileName(to, mail.subject ?? '', new Date()));
    // Whoever sees the file sees all of it.
    await writeFile(`${file}.part`, readable(mail, to));
    await rename(`${file}.part`, file);
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData: (stream, { envelope }, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = envelope.rcptTo.map(({ address }) => address).join(',');
        keep(Buffer.concat(chunks), to).then(() => done(), done);
      });
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      // A client that breaks off must not take the stack with it.
      server.on('error', () => undefined);
      resolve();
    });
  });
  const { port: taken } = server.server.address() as AddressInfo;
  return {
    url: `smtp://127.0.0.1:${taken}`,
    folder,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}
