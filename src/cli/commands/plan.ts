import { Argument, Option } from 'commander';
import type { People } from '../../domain/people.js';
import { ConfigInvalid, type Config } from '../../config.js';
import type { CommandLine } from '../command-line.js';
import { getOnboarding } from '../../store/onboardings.js';
import { EXIT, failed } from '../exit.js';
import { readBusinessCenterNow, readTenantNow } from '../plan/live-facts.js';
import { type KnownOnboarding, planOnboarding } from '../plan/plan.js';
import { renderPlan } from '../render/plan.js';
import { cleanDeep } from '../render/text.js';
import type { Session } from '../session.js';
import { faultyFiles, tenantsOfFiles, warningNotes } from '../tenant-files.js';
import { tenantFromFile } from '../tenant-from-file.js';

/** Offline, configuration and people are welcome but not needed. */
function configIfAny(session: Session): Config | undefined {
  try {
    return session.config();
  } catch (error) {
    if (error instanceof ConfigInvalid) return undefined;
    throw error;
  }
}

async function peopleIfAny(session: Session): Promise<People | undefined> {
  if (!configIfAny(session)) return undefined;
  try {
    return await session.people();
  } catch {
    return undefined;
  }
}

async function readLive(session: Session, file: string) {
  const { bcId, billingGroupId } = session.config().onboarding;
  const tiktok = await session.tiktok();
  const bc = await readBusinessCenterNow(tiktok, bcId, billingGroupId);
  if (!bc) throw failed(`our token's user is no member of the Business Center ${bcId}; kobi doctor says what is missing`);
  // Once more with the Business Center, so that its rules speak with the file's lines.
  const again = await tenantFromFile(file, bc);
  if (!again.ok) throw faultyFiles([{ file, faults: again.faults }]);
  return { bc, tenant: await readTenantNow(tiktok, bcId, again.tenant) };
}

async function knownOnboarding(session: Session, slug: string): Promise<KnownOnboarding | undefined> {
  const saved = await getOnboarding(session.database(), slug);
  return saved && { state: saved.status.state, updatedAt: saved.updatedAt };
}

/** `kobi plan FILE`: what a start would do; changes nothing. */
export function registerPlan(cli: CommandLine): void {
  cli
    .command(cli.program, 'plan', 'what a start would create, adopt, skip and ask; reads TikTok, changes nothing')
    .addArgument(new Argument('<file>', 'the tenant file, YAML or JSON'))
    .addOption(new Option('--offline', 'check the file without asking TikTok'))
    .addOption(new Option('--as <person>', 'who would start it and so decides none of its gates; left out, requested_by of the file'))
    .action((file: string, options: { json?: boolean; offline?: boolean; as?: string }) =>
      cli.run(options, async ({ session, paint }) => {
        const [named] = await tenantsOfFiles([file]);
        if (!named) throw failed(`${file} names no tenant`);
        const live = options.offline ? undefined : await readLive(session, file);
        const plan = planOnboarding({
          tenant: named.tenant,
          settings: configIfAny(session)?.onboarding,
          people: options.offline ? await peopleIfAny(session) : await session.people(),
          startedBy: options.as ?? named.tenant.requestedBy,
          onboarding: options.offline ? undefined : await knownOnboarding(session, named.tenant.slug),
          live,
        });
        return {
          json: cleanDeep(plan),
          lines: renderPlan(plan, paint),
          notes: warningNotes(named),
          exitCode: plan.findings.length === 0 ? EXIT.done : EXIT.failed,
        };
      }),
    );
}
