import { isMainThread } from 'node:worker_threads';

/**
 * Preloaded into every process that `startChild` starts: standard input is a pipe from the parent, and when it closes the parent is gone,
 * whatever ended it. Without this a killed test or script would leave servers and workers behind.
 *
 * Plain JavaScript, because the threads of a process preload it too, and those know no TypeScript.
 */
const GRACE_MS = 5_000;

function end() {
  process.kill(process.pid, 'SIGTERM');
  // What it would stop in good order may be gone as well.
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), GRACE_MS).unref();
}

if (isMainThread) {
  process.stdin.once('end', end);
  process.stdin.once('error', end);
  process.stdin.resume();
  // Listening keeps no process alive that is done.
  process.stdin.unref();
}
