import type { LogLevel, LogMetadata, Logger } from '@temporalio/worker';
import { type Logger as Pino, pino } from 'pino';

/** Fields that never reach the log, whoever hands them over and however deep. */
const SECRET = [
  'accessToken',
  'access_token',
  'appSecret',
  'app_secret',
  'auth_code',
  'authCode',
  'secret',
  'password',
  'authorization',
  'Access-Token',
];

/**
 * One stream of JSON lines on standard output for the SDK, the workflows, the activities and ourselves.
 * @param service the process, as its lines name it
 */
export function createLog(level: string, service = 'worker'): Pino {
  return pino({
    level,
    base: { service },
    redact: { paths: SECRET.flatMap((field) => [`["${field}"]`, `*["${field}"]`, `*.*["${field}"]`]), censor: '[redacted]' },
  });
}

const LEVELS = { TRACE: 'trace', DEBUG: 'debug', INFO: 'info', WARN: 'warn', ERROR: 'error' } as const satisfies Record<LogLevel, string>;

/** The same stream as the Temporal Runtime's logger. */
export function temporalLogger(log: Pino): Logger {
  const write = (level: LogLevel, message: string, meta: LogMetadata = {}): void => {
    const { error, ...fields } = meta;
    // An error's own fields may hold a request with its token: only its name, message and stack go on.
    log[LEVELS[level]](
      { ...fields, ...(error instanceof Error ? { error: { type: error.name, message: error.message, stack: error.stack } } : {}) },
      message,
    );
  };
  return {
    log: write,
    trace: (message, meta) => write('TRACE', message, meta),
    debug: (message, meta) => write('DEBUG', message, meta),
    info: (message, meta) => write('INFO', message, meta),
    warn: (message, meta) => write('WARN', message, meta),
    error: (message, meta) => write('ERROR', message, meta),
  };
}
