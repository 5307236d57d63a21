import { CST, Lexer } from 'yaml';

const MAX_DEPTH = 100;
/** Fields in all: the parser compares each key with every other of its map. */
const MAX_FIELDS = 5_000;
const MAX_PIECES = 100_000;

const DEEP = `is nested deeper than ${MAX_DEPTH} levels`;

/** Indentations within each other, whatever stands on the lines. */
function indentedTooDeep(text: string): boolean {
  const open: number[] = [];
  for (const line of text.split('\n')) {
    const indent = line.search(/[^ \r]/);
    if (indent < 0) continue;
    while ((open.at(-1) ?? -1) >= indent) open.pop();
    open.push(indent);
    if (open.length > MAX_DEPTH) return true;
  }
  return false;
}

/**
 * Why a YAML text must not be parsed: nested deeper, or of more pieces, than any tenant file. Asked before parsing, because the parser
 * recurses and compares: at the end of the stack the whole process can die, not only the call.
 * @returns undefined when it may be parsed
 */
export function bombProblem(text: string): string | undefined {
  if (indentedTooDeep(text)) return DEEP;
  let brackets = 0;
  /** `- - -`, `a: b: c:` and `? ?` nest on one line. */
  let onLine = 0;
  let fields = 0;
  let pieces = 0;
  for (const lexeme of new Lexer().lex(text)) {
    const kind = CST.tokenType(lexeme);
    pieces += 1;
    if (kind === 'newline') onLine = 0;
    if (kind === 'flow-map-start' || kind === 'flow-seq-start') brackets += 1;
    if (kind === 'flow-map-end' || kind === 'flow-seq-end') brackets -= 1;
    if (kind === 'map-value-ind') fields += 1;
    if (brackets === 0 && (kind === 'seq-item-ind' || kind === 'explicit-key-ind' || kind === 'map-value-ind')) onLine += 1;
    if (brackets > MAX_DEPTH || onLine > MAX_DEPTH) return DEEP;
    if (fields > MAX_FIELDS) return `holds more than ${MAX_FIELDS} fields`;
    if (pieces > MAX_PIECES) return `holds more than ${MAX_PIECES} words and signs`;
  }
  return undefined;
}
