import { join } from 'node:path';
import { jsonLine, startChild } from '../../scripts/stack/child.js';

/** Starts the simulator as every script does, says its process id, and waits to be killed. The first argument is a folder for its log. */
const { child } = await startChild({
  entry: 'simulator/main.ts',
  env: { SIMULATOR_PORT: '0' },
  logFile: join(process.argv[2] ?? '.', 'simulator.log'),
  ready: (line) => (jsonLine(line)?.simulator === undefined ? null : (jsonLine(line) ?? {})),
});
process.stdout.write(`${child.process.pid}\n`);
