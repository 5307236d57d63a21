import { type Config, ConfigInvalid } from '../../config.js';
import type { CommandLine } from '../command-line.js';
import { checkApprovals } from '../doctor/approvals.js';
import { checkDatabase } from '../doctor/database.js';
import { type Check, checksOf } from '../doctor/check.js';
import { checkPeople } from '../doctor/people.js';
import { EXIT } from '../exit.js';
import { explain } from '../explain.js';
import { renderDoctor } from '../render/doctor.js';
import { cleanDeep } from '../render/text.js';
import type { Session } from '../session.js';

const FIX_OF: Readonly<Record<Check['area'], string>> = {
  settings: 'set them, or start `npm run dev` in another terminal (docs/operations.md, "Settings")',
  people: 'mend the file that KOBI_PEOPLE_FILE names',
  temporal: 'start one with `npm run dev`, or set TEMPORAL_ADDRESS',
  database: 'start it with `npm run dev`, or set DATABASE_URL',
  tiktok: 'mend what fails above first; KOBI_DEBUG=1 shows where',
};

/** The checks of one area, or the one failure that keeps them from being made. */
async function area(session: Session, name: Check['area'], look: () => Promise<Check[]>): Promise<Check[]> {
  try {
    return await look();
  } catch (error) {
    const { message, details } = explain(error, session);
    const { what = message, fix = FIX_OF[name] } = details;
    return [checksOf(name).fail('reachable', String(what), String(fix))];
  }
}

/** Everything that an onboarding stands on. */
async function examine(session: Session): Promise<Check[]> {
  let config: Config;
  try {
    config = session.config();
  } catch (error) {
    if (!(error instanceof ConfigInvalid)) throw error;
    // Nothing else can be looked at without them.
    return [checksOf('settings').fail('environment', error.faults.join('; '), FIX_OF.settings)];
  }
  const { peopleFile } = config;
  const areas = await Promise.all([
    area(session, 'people', async () => checkPeople(await session.people(), peopleFile)),
    area(session, 'settings', async () => {
      const { checkSignIn } = await import('../doctor/sign-in.js');
      return checkSignIn(() => session.signInProvider());
    }),
    area(session, 'temporal', async () => {
      const { checkTemporal } = await import('../doctor/temporal.js');
      return checkTemporal(await session.temporal(), config.temporal.taskQueue);
    }),
    area(session, 'database', async () => {
      const checks = await checkDatabase(session.database());
      // Without its tables there is nothing to look at, and the migrations say so.
      return checks.some(({ state }) => state === 'fail')
        ? checks
        : [...checks, ...(await checkApprovals(session.approvals(), new Date()))];
    }),
    area(session, 'tiktok', async () => {
      const { checkTikTok } = await import('../doctor/tiktok.js');
      return checkTikTok(await session.tiktok(), config);
    }),
  ]);
  return [checksOf('settings').ok('environment', 'complete'), ...areas.flat()];
}

/** `kobi doctor`: each part of the installation, ok or with its fix. */
export function registerDoctor(cli: CommandLine): void {
  cli
    .command(cli.program, 'doctor', 'check server, database, people, token, scopes and Business Center, each with its fix')
    .action((options: { json?: boolean }) =>
      cli.run(options, async ({ session, paint }) => {
        const checks = await examine(session);
        const sound = checks.every((check) => check.state !== 'fail');
        return { json: cleanDeep({ sound, checks }), lines: renderDoctor(checks, paint), exitCode: sound ? EXIT.done : EXIT.failed };
      }),
    );
}
