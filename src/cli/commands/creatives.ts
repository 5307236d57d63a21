import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Argument, Option } from 'commander';
import { probeMedia } from '../../activities/media-probe.js';
import { checkCreative } from '../../domain/creative-specs.js';
import type { CommandLine } from '../command-line.js';
import { badInput, EXIT } from '../exit.js';
import { renderCreative } from '../render/creative.js';

interface Options {
  readonly json?: boolean;
  readonly text: string;
  readonly vertical: string;
  readonly music: 'none' | 'original' | 'commercial_library' | 'licensed';
  readonly licence?: string;
  readonly declare?: string[];
}

const EXIT_OF = { accept: EXIT.done, accept_with_warning: EXIT.done, needs_human: EXIT.waitingForPeople, reject: EXIT.failed } as const;

/** `kobi creatives check FILE`: the very check of the step `creative_policy`, on a file at hand. */
export function registerCreatives(cli: CommandLine): void {
  const creatives = cli.program.command('creatives').description('creative files');
  cli
    .command(creatives, 'check', "measure a video or image and hold it against TikTok's specifications")
    .addArgument(new Argument('<file>', 'the real file'))
    .addOption(new Option('--text <text>', "the ad's text").default('Example text'))
    .addOption(new Option('--vertical <vertical>', 'whose declarations are demanded').default('other'))
    .addOption(
      new Option('--music <source>', 'where the music comes from')
        .choices(['none', 'original', 'commercial_library', 'licensed'])
        .default('original'),
    )
    .addOption(new Option('--licence <text>', 'the licence, when the music is licensed'))
    .addOption(new Option('--declare <name...>', 'declarations that are given, such as no_guaranteed_grades'))
    .action((file: string, options: Options) =>
      cli.run(options, async ({ paint }) => {
        const there = await stat(resolve(file)).catch(() => undefined);
        if (!there?.isFile()) throw badInput(`${file} is ${there ? 'not a file' : 'not there'}`);
        const { media, sha256 } = await probeMedia(resolve(file));
        const music = { source: options.music, ...(options.licence === undefined ? {} : { licence: options.licence }) };
        const creative = { id: 'check', file: resolve(file), text: options.text, music, declarations: options.declare ?? [] };
        const { verdict, findings } = checkCreative(media, creative, options.vertical);
        return {
          json: { file, sha256, verdict, measured: media, findings },
          lines: renderCreative(file, verdict, media, findings, paint),
          exitCode: EXIT_OF[verdict],
        };
      }),
    );
}
