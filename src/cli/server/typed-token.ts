import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { badInput } from '../exit.js';

const LONGEST = 1_000;

/** A line that is typed and not shown. */
function typedUnseen(question: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.resume();
  return new Promise((settle, fail) => {
    let line = '';
    const end = (): void => {
      stdin.off('data', heard);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
    };
    const heard = (chunk: Buffer): void => {
      for (const character of chunk.toString('utf8')) {
        if (character === '\r' || character === '\n') {
          end();
          return settle(line);
        }
        if (character === '\u0003') {
          end();
          return fail(badInput('nobody was logged in'));
        }
        line = character === '\u007F' ? line.slice(0, -1) : line.length < LONGEST ? line + character : line;
      }
    };
    stdin.on('data', heard);
  });
}

/**
 * The token that somebody hands over: from a file, typed unseen, or piped in. Never an argument, which every process of the machine can
 * read.
 * @throws CommandFault (bad input) when there is none
 */
export async function handedToken(file: string | undefined, question: string): Promise<string> {
  let given: string;
  if (file !== undefined) {
    given = await readFile(file, 'utf8').catch((error: unknown) => {
      throw badInput(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    });
  } else given = process.stdin.isTTY ? await typedUnseen(question) : await text(process.stdin);
  const token = given.trim();
  if (!/^[\x21-\x7E]{1,200}$/.test(token)) throw badInput('that is no access token: kobi token create PERSON makes one');
  return token;
}
