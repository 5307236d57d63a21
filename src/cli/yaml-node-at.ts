import { isMap, isScalar, isSeq, type Node } from 'yaml';

/** The node at a fault's path, or the nearest one above it. Keys may hold dots, so the longest key that fits is taken. */
export function nodeAt(root: Node | null, path: string): Node | null {
  let node = root;
  let keyNode = root;
  let rest = path === '' ? [] : path.split('.');
  while (rest.length > 0) {
    let taken = 0;
    let next: { key: Node | null; value: Node | null } | undefined;
    for (let length = rest.length; length > 0 && !next; length -= 1) {
      next = childOf(node, rest.slice(0, length).join('.'));
      taken = length;
    }
    if (!next) break;
    keyNode = next.key ?? next.value ?? keyNode;
    node = next.value;
    rest = rest.slice(taken);
  }
  return keyNode;
}

function childOf(node: Node | null, name: string): { key: Node | null; value: Node | null } | undefined {
  if (isSeq<Node>(node)) {
    const item = node.items[Number(name)];
    return item ? { key: item, value: item } : undefined;
  }
  if (!isMap<Node, Node | null>(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && (key.value === name || JSON.stringify(key.value) === name));
  return pair ? { key: pair.key, value: pair.value } : undefined;
}
