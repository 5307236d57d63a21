import { Argument, type Command, Option } from 'commander';
import { z } from 'zod';
import { guardedFetch, PAGE_BYTES } from '../../activities/guarded-fetch.js';
import { ConfigInvalid } from '../../config.js';
import { addressesByHost, onOrOff } from '../../config/values.js';
import {
  type AddressFault,
  clickOn,
  faultText,
  type Loss,
  lossesOnTheWay,
  readDestination,
} from '../../domain/events/destination-address.js';
import type { CommandLine } from '../command-line.js';
import { badInput, EXIT } from '../exit.js';
import type { Paint } from '../render/text.js';
import { clean } from '../render/text.js';

const guardSettings = z.object({ KOBI_ALLOW_LOOPBACK: onOrOff.default(false), KOBI_DEV_HOSTS: addressesByHost.default({}) });

function faultLine(fault: AddressFault): string {
  return clean(`${fault.parameter} ${faultText(fault)}`);
}

interface Followed {
  readonly status: number;
  /** The address that was clicked, then where each redirect led. */
  readonly addresses: readonly string[];
  readonly losses: readonly Loss[];
}

/** Opens an address as a click does. @throws ApplicationFailure `address_refused` or `landing_page_broken` */
async function follow(address: string, environment: NodeJS.ProcessEnv): Promise<Followed> {
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''));
  const guard = guardSettings.safeParse(set);
  if (!guard.success) throw new ConfigInvalid(guard.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`));
  const clicked = clickOn(address);
  const addresses = [clicked];
  const { status } = await guardedFetch(clicked, {
    allowLoopback: guard.data.KOBI_ALLOW_LOOPBACK,
    hosts: guard.data.KOBI_DEV_HOSTS,
    brokenCode: 'landing_page_broken',
    maxBytes: PAGE_BYTES,
    larger: 'cut',
    onRedirect: ({ to }) => void addresses.push(to),
  });
  return { status, addresses, losses: lossesOnTheWay(addresses) };
}

function followedLines({ status, addresses, losses }: Followed, paint: Paint): string[] {
  return [
    '',
    `a click opens ${clean(addresses[0] ?? '')}`,
    ...addresses.slice(1).map((to, index) => `redirect ${index + 1} leads to ${clean(to)}`),
    ...losses.map(({ redirect, lost }) => paint('bad', `redirect ${redirect} loses ${lost.map(clean).join(', ')}`)),
    ...(losses.length === 0 ? [paint('good', 'ttclid and every utm_* arrive')] : []),
    ...(status === 200 ? [] : [paint('bad', `the page answers HTTP ${status}`)]),
  ];
}

/** `kobi events utm`: builds and checks the destination address of an ad. */
export function registerUtm(cli: CommandLine, events: Command): void {
  cli
    .command(events, 'utm', "an ad's destination address with the parameters that reports join on; or what is wrong with one")
    .addArgument(new Argument('<address>', 'the landing page, such as https://www.example.org/sale'))
    .addOption(new Option('--check', 'change nothing; exit with 1 where something is missing or wrong'))
    .addOption(new Option('--follow', 'open it as a click does, and name the redirect at which ttclid or a utm_* is lost'))
    .action((address: string, options: { json?: boolean; check?: boolean; follow?: boolean }) =>
      cli.run(options, async ({ session, paint }) => {
        const read = readDestination(address);
        if (!read.ok) throw badInput(`this is no destination address of an ad: ${read.reason}`);
        const followed = options.follow === true ? await follow(read.address, session.settings) : undefined;
        const lost = followed !== undefined && (followed.losses.length > 0 || followed.status !== 200);
        const wrong = options.check === true && read.faults.length > 0;
        const shown = options.check === true ? [] : [read.address];
        const faults = read.faults.map(faultLine);
        return {
          json: { address: read.address, right: read.faults.length === 0, faults: read.faults, ...(followed ? { followed } : {}) },
          lines: [
            ...shown,
            ...(options.check === true
              ? wrong
                ? faults.map((line) => paint('bad', line))
                : [paint('good', 'every parameter is right')]
              : []),
            ...(followed ? followedLines(followed, paint) : []),
          ],
          notes: options.check === true || options.json === true ? [] : faults,
          exitCode: lost || wrong ? EXIT.failed : EXIT.done,
        };
      }),
    );
}
