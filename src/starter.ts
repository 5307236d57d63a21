#!/usr/bin/env node
import { runKobi } from './cli/program.js';
import { processTerminal } from './cli/terminal.js';
import { settingsOf } from './config/environment-file.js';

// A reader that closes the pipe (`kobi list | head -1`) ends us quietly.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runKobi(process.argv.slice(2), processTerminal(process.env), settingsOf(process.env, process.cwd()));
