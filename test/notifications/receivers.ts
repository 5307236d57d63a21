import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import PostalMime, { type Email } from 'postal-mime';
import { SMTPServer } from 'smtp-server';

interface SmtpRefusal {
  readonly responseCode: number;
  /** Whether the mail was taken all the same, as when an answer is lost. */
  readonly taken?: boolean;
}

export interface Mailbox {
  readonly url: string;
  readonly mails: Email[];
  /** What a server answers to a recipient; null takes the mail. */
  refuse: (to: string) => SmtpRefusal | null;
  to(address: string): Email[];
  close(): Promise<void>;
}

function refusal({ responseCode }: SmtpRefusal): Error {
  return Object.assign(new Error('canary-of-the-server'), { responseCode });
}

/** A real SMTP server that keeps what it gets. */
export async function startMailbox(): Promise<Mailbox> {
  const mails: Email[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _session, done) => {
      const refused = mailbox.refuse(address);
      done(refused && refused.taken !== true ? refusal(refused) : null);
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const refused = mailbox.refuse(session.envelope.rcptTo[0]?.address ?? '');
        void PostalMime.parse(Buffer.concat(chunks)).then((mail) => {
          mails.push(mail);
          done(refused ? refusal(refused) : null);
        });
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as AddressInfo;
  const mailbox: Mailbox = {
    url: `smtp://127.0.0.1:${port}`,
    mails,
    refuse: () => null,
    to: (address) => mails.filter((mail) => mail.to?.some((recipient) => recipient.address === address)),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
  return mailbox;
}

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface Receiver {
  readonly url: string;
  readonly requests: Received[];
  /** What it answers; null never answers. */
  answer: (count: number) => { readonly status: number; readonly headers?: Record<string, string> } | null;
  close(): Promise<void>;
}

/** A real HTTP server that keeps what is posted to it. */
export async function startReceiver(): Promise<Receiver> {
  const requests: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      requests.push({ headers: request.headers, body: Buffer.concat(chunks).toString('utf8') });
      const answer = receiver.answer(requests.length);
      if (answer) response.writeHead(answer.status, answer.headers).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/hooks/canary-path`,
    requests,
    answer: () => ({ status: 204 }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return receiver;
}
