import type { CommandLine } from '../command-line.js';
import { checkDatabase } from '../doctor/database.js';
import { type Check, checksOf } from '../doctor/check.js';
import { checkPeople } from '../doctor/people.js';
import { EXIT } from '../exit.js';
import { explain } from '../explain.js';
import { renderDoctor } from '../render/doctor.js';
import { cleanDeep } from '../render/text.js';
import type { Session } from '../session.js';

/** The checks of one area, or the one failure that keeps them from being made. */
async function area(session: Session, name: Check['area'], look: () => Promise<Check[]>): Promise<Check[]> {
  try {
    return await look();
  } catch (error) {
    return [checksOf(name).fail('reachable', explain(error, session).message, 'the line above says how')];
  }
}

/** Everything that an onboarding stands on. */
async function examine(session: Session): Promise<Check[]> {
  const config = session.config();
  const { peopleFile } = config;
  const areas = await Promise.all([
    area(session, 'people', async () => checkPeople(await session.people(), peopleFile)),
    area(session, 'temporal', async () => {
      const { checkTemporal } = await import('../doctor/temporal.js');
      return checkTemporal(await session.temporal(), config.temporal.taskQueue);
    }),
    area(session, 'database', async () => checkDatabase(session.database())),
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
