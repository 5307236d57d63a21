import { open, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { type Document, LineCounter, parseDocument, type YAMLError } from 'yaml';
import { type Fault, fault } from '../domain/faults.js';
import { clean } from './render/text.js';
import { bombProblem } from './yaml-bomb.js';
import { nodeAt } from './yaml-node-at.js';

export { renderFaults } from './render/faults.js';

const MAX_BYTES = 1_000_000;
const MAX_ALIASES = 50;
export interface Place {
  readonly line: number;
  readonly column: number;
}

export type TenantFileRead =
  | {
      readonly ok: true;
      readonly content: unknown;
      /** From which the paths in the file count. */
      readonly folder: string;
      /** Where a fault's path stands in the file; for what is missing, where its parent stands. */
      place(path: string): Place | undefined;
    }
  | { readonly ok: false; readonly faults: readonly Fault[] };

function refused(problem: string): TenantFileRead {
  return { ok: false, faults: [fault([], problem)] };
}

/** The text of a tenant file of at most 1 MB, or why there is none. */
export async function tenantFileText(path: string): Promise<string | TenantFileRead> {
  let bytes: Buffer;
  try {
    const facts = await stat(path);
    if (!facts.isFile()) return refused('is not a file');
    if (facts.size > MAX_BYTES) {
      return refused(
        `holds ${facts.size} bytes; at most ${MAX_BYTES} are read: put products into a CSV file and name it in catalog.feed.file`,
      );
    }
    const handle = await open(path);
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(MAX_BYTES + 1), 0, MAX_BYTES + 1);
      bytes = buffer.subarray(0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    return refused(code === 'ENOENT' ? 'is not there' : `cannot be read: ${code}`);
  }
  if (bytes.length > MAX_BYTES) return refused(`grew beyond ${MAX_BYTES} bytes while it was read`);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return refused('is not UTF-8 text');
  }
}

/** `stringKeys` keeps keys text, the core schema knows no dates or merge keys: only plain data comes out. */
function parsed(text: string, lines: LineCounter): Document.Parsed {
  return parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    schema: 'core',
    merge: false,
    stringKeys: true,
    uniqueKeys: true,
    strict: true,
  });
}

function syntaxFault(error: YAMLError, lines: LineCounter): Fault {
  const { line, col } = lines.linePos(error.pos[0]);
  return { ...fault([], clean(error.message)), line, column: col };
}

/**
 * Reads the text of a tenant file, YAML or JSON, as plain data with positions. At most 50 aliases, 100 levels and 5,000 fields; a key
 * twice, a tag or a second document is refused. Never throws for what a person wrote.
 *
 * @param folder absolute; the paths in the text count from it
 */
export function readTenantText(text: string, folder: string): TenantFileRead {
  if (Buffer.byteLength(text) > MAX_BYTES) return refused(`holds more than ${MAX_BYTES} bytes`);
  const bomb = bombProblem(text);
  if (bomb !== undefined) return refused(bomb);
  const lines = new LineCounter();
  try {
    const document = parsed(text, lines);
    const problems = [...document.errors, ...document.warnings];
    if (problems.length > 0) return { ok: false, faults: problems.slice(0, 20).map((problem) => syntaxFault(problem, lines)) };
    const content: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return {
      ok: true,
      content,
      folder,
      place(faultPath) {
        const range = nodeAt(document.contents, faultPath)?.range;
        if (!range) return undefined;
        const { line, col } = lines.linePos(range[0]);
        return { line, column: col };
      },
    };
  } catch (error) {
    return refused(`cannot be read as YAML or JSON: ${clean(error instanceof Error ? error.message : String(error))}`);
  }
}

/** Reads a tenant file of at most 1 MB as `readTenantText` does; its folder is the file's. */
export async function readTenantFile(path: string): Promise<TenantFileRead> {
  const text = await tenantFileText(path);
  return typeof text === 'string' ? readTenantText(text, dirname(resolve(path))) : text;
}
