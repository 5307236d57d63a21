import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

export const ROOT = resolve(import.meta.dirname, '..', '..');

export interface Document {
  /** Below the root, such as `docs/operations.md`. */
  readonly path: string;
  readonly text: string;
}

/** The README and every page of docs. */
export function documents(): Document[] {
  const pages = readdirSync(join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  return ['README.md', ...pages.map((name) => `docs/${name}`)].map((path) => ({ path, text: readFileSync(join(ROOT, path), 'utf8') }));
}

/** The heading's anchor as GitHub makes it. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(/\s/g, '-');
}

function headingsOf(file: string): Set<string> {
  const lines = readFileSync(file, 'utf8')
    .replaceAll(/```[\s\S]*?```/g, '')
    .split('\n');
  return new Set(lines.filter((line) => /^#{1,6} /.test(line)).map((line) => anchorOf(line.replace(/^#+ /, ''))));
}

/** Links to files that are not there, or to headings that their page does not have. */
export function brokenLinks({ path, text }: Document): string[] {
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1] ?? '').filter((target) => !/^[a-z]+:/.test(target));
  return targets.filter((target) => {
    const [file = '', anchor] = target.split('#');
    const full = file === '' ? join(ROOT, path) : resolve(ROOT, dirname(path), file);
    if (!existsSync(full)) return true;
    return anchor !== undefined && !headingsOf(full).has(anchor);
  });
}

/** Paths of the project in `code` that are not there. */
export function missingPaths({ text }: Document): string[] {
  const named = [...text.matchAll(/`((?:src|test|scripts|simulator|examples|docs|bench|schema)\/[\w./-]*)`/g)].map(
    (match) => match[1] ?? '',
  );
  return named.filter((path) => !existsSync(join(ROOT, path)));
}

/** What stands in `code` or in a block, where commands are written; table cells escape their bars. */
function codeOf(text: string): string[] {
  const blocks = [...text.matchAll(/```[a-z]*\n([\s\S]*?)```/g)].flatMap((match) => (match[1] ?? '').split('\n'));
  const spans = [...text.replaceAll(/```[\s\S]*?```/g, '').matchAll(/`([^`\n]+)`/g)].map((match) => match[1] ?? '');
  return [...blocks, ...spans];
}

/** Names of the scripts that `npm run` is asked for. */
export function scriptsNamed(text: string): string[] {
  return codeOf(text).flatMap((code) => [...code.matchAll(/npm run (?:--silent )?([\w:-]+)/g)].map((match) => match[1] ?? ''));
}

export interface NamedCommand {
  /** Such as `audit verify`. */
  readonly words: string;
  readonly options: readonly string[];
}

/** Commands of `kobi` with the options that are shown with them; `kobi COMMAND` is no command. */
export function commandsNamed(text: string): NamedCommand[] {
  return codeOf(text).flatMap((code) => {
    const found =
      /(?:^|\s|-- )kobi (events (?:keys|settings) [a-z-]+|(?:audit|creatives|events|keys) [a-z-]+|link (?:list|revoke)|[a-z]+)(.*)/.exec(
        code.replaceAll('\\|', '|'),
      );
    if (!found) return [];
    return [{ words: found[1] ?? '', options: [...(found[2] ?? '').matchAll(/(?:^|\s|\[)(--[a-z-]+)/g)].map((match) => match[1] ?? '') }];
  });
}

/** The cells of every table row whose first cell is `name` in code. */
export function rowsOf(text: string, name: string): string[][] {
  const rows = text.split('\n').filter((line) => line.startsWith(`| \`${name}\` |`));
  return rows.map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}
