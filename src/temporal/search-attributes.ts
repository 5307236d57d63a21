import { setTimeout as delay } from 'node:timers/promises';
import type { Connection } from '@temporalio/client';
import { SearchAttributeType } from '@temporalio/common';
import proto from '@temporalio/proto';
import { SEARCH_ATTRIBUTES } from '../contract/search-attributes.js';

const { IndexedValueType } = proto.temporal.api.enums.v1;
const TYPES = {
  [SearchAttributeType.TEXT]: IndexedValueType.INDEXED_VALUE_TYPE_TEXT,
  [SearchAttributeType.KEYWORD]: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD,
  [SearchAttributeType.INT]: IndexedValueType.INDEXED_VALUE_TYPE_INT,
  [SearchAttributeType.DOUBLE]: IndexedValueType.INDEXED_VALUE_TYPE_DOUBLE,
  [SearchAttributeType.BOOL]: IndexedValueType.INDEXED_VALUE_TYPE_BOOL,
  [SearchAttributeType.DATETIME]: IndexedValueType.INDEXED_VALUE_TYPE_DATETIME,
  [SearchAttributeType.KEYWORD_LIST]: IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD_LIST,
} as const;

/** Our search attributes by name, with the server's type. */
function wanted(): Map<string, (typeof TYPES)[SearchAttributeType]> {
  return new Map(Object.values(SEARCH_ATTRIBUTES).map(({ name, type }) => [name, TYPES[type]]));
}

/**
 * Names of our search attributes that the namespace lacks, and those that it has with another type.
 * @throws what the server answered
 */
export async function missingSearchAttributes(
  connection: Connection,
  namespace: string,
): Promise<{ missing: string[]; wrongType: string[] }> {
  const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace });
  const found = customAttributes ?? {};
  const names = [...wanted()];
  return {
    missing: names.filter(([name]) => found[name] === undefined).map(([name]) => name),
    wrongType: names.filter(([name, type]) => found[name] !== undefined && found[name] !== type).map(([name]) => name),
  };
}

/**
 * Registers what is missing of the one list of search attributes and waits until the namespace shows them, for a minute at most.
 * @throws Error when one is there with another type, or does not show up
 */
export async function ensureSearchAttributes(connection: Connection, namespace: string): Promise<void> {
  const types = wanted();
  const until = Date.now() + 60_000;
  for (let asked = false; ; asked = true) {
    const { missing, wrongType } = await missingSearchAttributes(connection, namespace);
    if (wrongType.length > 0)
      throw new Error(
        `namespace ${namespace} has ${wrongType.join(', ')} with another type: remove them with \`temporal operator search-attribute remove --name NAME\` and start again`,
      );
    if (missing.length === 0) return;
    if (!asked) {
      const lacking = [...types].filter(([name]) => missing.includes(name));
      await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: Object.fromEntries(lacking) });
      continue;
    }
    if (Date.now() > until)
      throw new Error(
        `namespace ${namespace} does not show ${missing.join(', ')} after a minute; look with \`temporal operator search-attribute list\``,
      );
    await delay(100);
  }
}
