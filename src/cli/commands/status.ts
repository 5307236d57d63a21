import type { OnboardingStatus } from '../../contract/status.js';
import { type CommandLine, type EngineOptions, slugArgument } from '../command-line.js';
import { renderChecklist } from '../render/checklist.js';
import { cleanDeep } from '../render/text.js';

/** What scripts get: these fields and no others. */
export function statusForScripts({ slug, mode, state, steps, gates }: OnboardingStatus) {
  return {
    slug,
    mode,
    state,
    steps: steps.map(({ id, state: stepState, ball, since, expectedBy, expects, attempts, remoteIds, failure }) => ({
      id,
      state: stepState,
      ball,
      since,
      expectedBy,
      ...(expects === undefined ? {} : { expects }),
      attempts,
      remoteIds,
      failure,
    })),
    gates: gates.map(({ id, revision, state: gateState, evidenceHash, openedAt, dueAt, decisions }) => ({
      id,
      revision,
      state: gateState,
      evidenceHash,
      openedAt,
      dueAt,
      decisions,
    })),
  };
}

/** `kobi status SLUG`: the checklist of one tenant, from its run, or from the last projection when the run is gone. */
export function registerStatus(cli: CommandLine): void {
  cli
    .engineCommand(cli.program, 'status', 'the checklist of one tenant: every step, who has the ball, what failed and how to mend it')
    .addArgument(slugArgument())
    .action((slug: string, options: EngineOptions) =>
      cli.run(options, async ({ session, now, paint }) => {
        const { status, note } = await (await session.engine()).status(slug);
        return {
          json: cleanDeep(statusForScripts(status)),
          lines: renderChecklist(status, now, paint),
          notes: note === null ? [] : [note],
        };
      }),
    );
}
