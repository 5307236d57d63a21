import type { VerbAnswer } from '../contract/messages.js';
import type { Answer } from './command-line.js';
import { EXIT } from './exit.js';
import { clean } from './render/text.js';
import { withReadableInstants } from './render/time.js';

/** What a verb's answer looks like on the command line: refused is exit code 1. */
export function verbAnswer(answer: VerbAnswer): Answer {
  return {
    json: answer,
    lines: [`${answer.accepted ? '' : 'refused: '}${withReadableInstants(clean(answer.message))}`],
    exitCode: answer.accepted ? EXIT.done : EXIT.failed,
  };
}
