import { resolve } from 'node:path';
import { connectTemporal, type TemporalAddress } from './connection.js';
import { ensureNamespace } from './namespace.js';
import { ensureSearchAttributes } from './search-attributes.js';

/**
 * What a Temporal server needs once before the first worker: the namespace, with a retention of 7 days when it is made, and our search
 * attributes. Running it again changes nothing.
 *
 * @returns the namespace
 * @throws TemporalUnavailable when nothing answers; Error when the server refuses, or has an attribute with another type
 */
export async function prepareNamespace(where: TemporalAddress): Promise<string> {
  const { connection, namespace, close } = await connectTemporal(where);
  try {
    // Where namespaces are made elsewhere, as in Temporal Cloud, we may not register one, and need not.
    const there = await connection.workflowService.describeNamespace({ namespace }).then(
      () => true,
      () => false,
    );
    if (!there) await ensureNamespace(connection, namespace);
    await ensureSearchAttributes(connection, namespace);
    return namespace;
  } finally {
    await close();
  }
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === import.meta.filename) {
  try {
    process.stdout.write(`namespace ${await prepareNamespace({})} is there, with all search attributes\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
