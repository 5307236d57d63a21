const INTEGER_BEYOND_NUMBERS = /^-?\d{16,}$/;
/** A JSON string, or a run of characters that a JSON number can consist of. */
const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/gs;

/**
 * Parses JSON in which ids may be bare numbers of up to 19 digits (facts 1.1, 3.8): integers of 16 and more digits outside of strings
 * become strings before a JS number could round them.
 * @throws SyntaxError when the text is not JSON. Its message quotes the text: do not pass it on.
 */
export function parseJsonKeepingIds(text: string): unknown {
  return JSON.parse(text.replace(STRING_OR_NUMBER, (token) => (INTEGER_BEYOND_NUMBERS.test(token) ? `"${token}"` : token)));
}
