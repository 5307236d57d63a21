import { savedViews } from '../../temporal/saved-views.js';
import type { CommandLine } from '../command-line.js';

/** `kobi views`: links into the Temporal UI, made anew each time, because "past due" is measured against an instant. */
export function registerViews(cli: CommandLine): void {
  cli
    .command(cli.program, 'views', 'links to the lists of the Temporal UI: waiting for Kobi, parked, past due now')
    .action((options: { json?: boolean }) =>
      cli.run(options, async ({ session, now }) => {
        const views = savedViews({ uiUrl: session.temporalUi(), namespace: session.config().temporal.namespace ?? 'default', now });
        return {
          json: views,
          lines: views.flatMap(({ name, url, asOf }) => [`${name}${asOf === null ? '' : `, as of ${asOf}`}`, `  ${url}`]),
          notes: ['a view without an instant is kept by the browser that opens its link; for the others ask again'],
        };
      }),
    );
}
