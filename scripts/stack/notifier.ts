import { join } from 'node:path';
import { freePort } from '../../src/process/free-port.js';
import { jsonLine, startChild } from './child.js';
import { startMailCatcher } from './mail-catcher.js';
import type { Stack } from './stack.js';

export interface RunningNotifier {
  /** Where the mails are. */
  readonly mails: string;
  stop(): Promise<void>;
}

/** Starts a mail server that only keeps, and the notifier beside a stack as a process of its own: awake at night, and with short digests. */
export async function startNotifier(stack: Stack, folder: string, deskUrl: string): Promise<RunningNotifier> {
  const catcher = await startMailCatcher(join(folder, 'mails'), await freePort(8237));
  try {
    const { child } = await startChild({
      entry: 'src/notifier.ts',
      env: {
        ...stack.env,
        KOBI_DEV_ENV: 'off',
        KOBI_SMTP_URL: catcher.url,
        KOBI_MAIL_FROM: 'Kobi <onboarding@example.org>',
        KOBI_DESK_ORIGIN: deskUrl,
        KOBI_DIGEST_SECONDS: '5',
        KOBI_QUIET_HOURS: 'off',
      },
      logFile: join(stack.logs, 'notifier.log'),
      ready: (line) => (line.includes('the notifier delivers') ? (jsonLine(line) ?? {}) : null),
    });
    return {
      mails: catcher.folder,
      async stop() {
        await child.stop();
        await catcher.stop();
      },
    };
  } catch (error) {
    await catcher.stop();
    throw error;
  }
}
