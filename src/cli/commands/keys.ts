import { Option } from 'commander';
import type { KeyOverview } from '../../approvals/approvals.js';
import { newSigningKey } from '../../approvals/ed25519-keys.js';
import type { CommandLine } from '../command-line.js';
import { badInput } from '../exit.js';
import { table } from '../render/table.js';
import { instant } from '../render/time.js';

const DAY_MS = 86_400_000;
const MOST_DAYS = 400;

function render({ mode, rootPublicKey, issuesHere, certificates }: KeyOverview, now: Date): string[] {
  return [
    mode === 'open'
      ? 'APPROVALS=open: new onboardings take decisions from whoever reaches Temporal, unsigned'
      : 'new onboardings take signed decisions only',
    `root ${rootPublicKey}, ${issuesHere ? 'signing keys are issued here, by themselves' : 'its private half is elsewhere: kobi keys rotate there, in time'}`,
    ...(certificates.length === 0
      ? ['no signing key is valid; the next decision makes one where the root is']
      : table(
          ['signing key', 'valid from', 'until', ''],
          certificates.map(({ keyId, notBefore, notAfter }, index) => [
            keyId,
            instant(notBefore, now),
            instant(notAfter, now),
            index === 0 ? 'signs' : '',
          ]),
        )),
  ];
}

function daysOf(text: string): number {
  const days = Number(text);
  if (!/^\d{1,3}$/.test(text) || days < 1 || days > MOST_DAYS) throw badInput(`--days ${JSON.stringify(text)} is not 1 to ${MOST_DAYS}`);
  return days;
}

/** `kobi keys`: which keys sign decisions, a new one, a new root. */
export function registerKeys(cli: CommandLine): void {
  const keys = cli.program.command('keys').description('the keys that sign decisions');
  cli.command(keys, 'list', 'the root, and the signing keys that are valid').action((options: { json?: boolean }) =>
    cli.run(options, async ({ session, now }) => {
      const overview = await session.approvals().overview();
      return { json: overview, lines: render(overview, now) };
    }),
  );
  cli
    .command(keys, 'rotate', 'sign with a new key from now on; runs under way take it, for the root vouches for it')
    .addOption(new Option('--days <days>', 'how long it is valid').default('7'))
    .action((options: { json?: boolean; days: string }) =>
      cli.run(options, async ({ session, now }) => {
        const certificate = await session.approvals().rotate(daysOf(options.days) * DAY_MS);
        return { json: certificate, lines: [`key ${certificate.keyId} signs from now on, until ${instant(certificate.notAfter, now)}`] };
      }),
    );
  cli
    .command(keys, 'make-root', 'print both halves of a new root key; nothing is kept, and nothing changes')
    .action((options: { json?: boolean }) =>
      cli.run(options, () => {
        const { publicKey, seed } = newSigningKey();
        return Promise.resolve({
          json: { KOBI_APPROVALS_ROOT: publicKey, KOBI_APPROVALS_ROOT_KEY: seed },
          lines: [`KOBI_APPROVALS_ROOT=${publicKey}`, `KOBI_APPROVALS_ROOT_KEY=${seed}`],
          notes: ['the second is secret: set it only where kobi keys rotate is run'],
        });
      }),
    );
}
