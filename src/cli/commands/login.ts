import { Option } from 'commander';
import type { CommandLine, EngineOptions } from '../command-line.js';
import { badInput } from '../exit.js';
import { clean } from '../render/text.js';
import { serverOrigin } from '../server/address.js';
import { forgetCredential, keepCredential, knownServers } from '../server/credentials.js';

/** The desk that is meant: the one that was named, else the only one at which somebody is logged in. */
async function meant(settings: NodeJS.ProcessEnv): Promise<string> {
  const named = settings['KOBI_SERVER'] ?? '';
  if (named !== '') return serverOrigin(named);
  const [only, ...others] = await knownServers(settings);
  if (only === undefined) throw badInput('nobody is logged in anywhere');
  if (others.length > 0) throw badInput(`say which desk with --server: ${[only, ...others].join(', ')}`);
  return only;
}

/** `kobi login` and `kobi logout`: who asks the desk from this machine. */
export function registerLogin(cli: CommandLine): void {
  cli
    .engineCommand(
      cli.program,
      'login',
      'keep an access token for a desk, so that --server works there; it is typed, piped in or read from a file',
    )
    .addOption(new Option('--token-file <file>', 'the file that holds the token'))
    .action((options: EngineOptions & { tokenFile?: string }) =>
      cli.run(options, async ({ session, progress }) => {
        const named = session.settings['KOBI_SERVER'] ?? '';
        if (named === '') throw badInput('say which desk: kobi login --server https://desk.example.org');
        const origin = serverOrigin(named);
        progress.stop();
        const [{ handedToken }, { whoIs }] = await Promise.all([import('../server/typed-token.js'), import('../server/who-is.js')]);
        const token = await handedToken(options.tokenFile, `access token for ${origin}: `);
        const person = await whoIs(origin, token);
        const file = await keepCredential(session.settings, origin, { person: person.id, token });
        return {
          json: { server: origin, ...person },
          lines: [`logged in at ${origin} as ${clean(person.id)} (${person.roles.join(', ')})`],
          notes: [`the token is kept in ${file}, for you alone; kobi logout forgets it`],
        };
      }),
    );
  cli
    .engineCommand(cli.program, 'logout', 'forget the access token for a desk; it opens the desk elsewhere until it is revoked')
    .action((options: EngineOptions) =>
      cli.run(options, async ({ session }) => {
        const origin = await meant(session.settings);
        const person = await forgetCredential(session.settings, origin);
        return {
          json: { server: origin, person: person ?? null },
          lines: [person === undefined ? `nobody was logged in at ${origin}` : `${clean(person)} is logged in at ${origin} no more`],
          notes: person === undefined ? [] : ['the token itself lasts on: an admin ends it with kobi token revoke PERSON'],
        };
      }),
    );
}
