import { randomInt } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { freePort } from '../process/free-port.js';

// PostgreSQL's schema keeps a member's port in two signed bytes.
const HIGHEST = 32_767;
const port = z.int().min(1).max(HIGHEST);
const portsSchema = z.object({
  frontend: port,
  http: port,
  history: port,
  matching: port,
  worker: port,
  membership: z.tuple([port, port, port, port]).readonly(),
});

/** Ports of one server process on loopback; `membership` in the order frontend, history, matching, worker. */
export type ServerPorts = Readonly<z.infer<typeof portsSchema>>;

/**
 * Free ports for a server with this folder, the same as last time where they are still free: the database remembers the members of
 * the last run for a while, and a server that comes back under other ports waits for its former self.
 */
export async function choosePorts(folder: string, preferredFrontend: number | undefined): Promise<ServerPorts> {
  const file = join(folder, 'ports.json');
  const last = await readFile(file, 'utf8')
    .then((text) => portsSchema.safeParse(JSON.parse(text)).data)
    .catch(() => undefined);
  const taken = new Set<number>();
  const choose = async (preferred: number | undefined): Promise<number> => {
    let wanted = preferred ?? randomInt(20_000, HIGHEST);
    while (taken.has(wanted) || (await freePort(wanted)) !== wanted) wanted = randomInt(20_000, HIGHEST);
    taken.add(wanted);
    return wanted;
  };
  const ports: ServerPorts = {
    frontend: await choose(preferredFrontend ?? last?.frontend),
    http: await choose(last?.http),
    history: await choose(last?.history),
    matching: await choose(last?.matching),
    worker: await choose(last?.worker),
    membership: [
      await choose(last?.membership[0]),
      await choose(last?.membership[1]),
      await choose(last?.membership[2]),
      await choose(last?.membership[3]),
    ],
  };
  await writeFile(file, JSON.stringify(ports));
  return ports;
}
