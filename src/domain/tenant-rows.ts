/** A CSV row as a tenant file: its columns are the file's own paths, such as `billing.initial_funding` or `landing_pages.0`. */

function isIndex(key: string): boolean {
  return /^\d{1,3}$/.test(key);
}

type Node = Map<string, Node | string>;

function put(root: Node, path: readonly string[], value: string): void {
  let at = root;
  for (const key of path.slice(0, -1)) {
    const next = at.get(key);
    if (next instanceof Map) at = next;
    else {
      const fresh: Node = new Map();
      at.set(key, fresh);
      at = fresh;
    }
  }
  at.set(path.at(-1) ?? '', value);
}

/** Numbers and yes or no are what they are in a tenant file; ids that are all digits stay text by their column. */
function scalar(path: string, text: string): unknown {
  if (/(^|[._])id$/.test(path) || /(licence_no|phone|postal_code|measurement_id)$/.test(path)) return text;
  if (/^-?\d{1,12}(\.\d{1,6})?$/.test(text)) return Number(text);
  return text === 'true' ? true : text === 'false' ? false : text;
}

function plain(node: Node | string, path: string): unknown {
  if (typeof node === 'string') return scalar(path, node);
  const entries = [...node].map(([key, value]): [string, unknown] => [key, plain(value, path === '' ? key : `${path}.${key}`)]);
  if (entries.length > 0 && entries.every(([key]) => isIndex(key))) {
    return entries.toSorted(([left], [right]) => Number(left) - Number(right)).map(([, value]) => value);
  }
  return Object.fromEntries(entries);
}

/** The content of a tenant file from one row; empty cells are left out, as an absent field is. */
export function tenantOfRow(row: Readonly<Record<string, string>>): unknown {
  const root: Node = new Map();
  for (const [column, text] of Object.entries(row)) {
    const value = text.trim();
    if (column.trim() !== '' && value !== '') put(root, column.trim().split('.'), value);
  }
  return plain(root, '');
}
