/** What one look found: `unknown` where nothing can tell, `warn` where it works but not as in production. */
export interface Check {
  readonly area: 'settings' | 'people' | 'temporal' | 'database' | 'tiktok';
  readonly name: string;
  readonly state: 'ok' | 'warn' | 'fail' | 'unknown';
  readonly detail: string;
  /** The command or the step that mends it; empty when there is nothing to mend. */
  readonly fix: string;
}

/** The checks of one area, without repeating its name. */
export function checksOf(area: Check['area']) {
  const make =
    (state: Check['state']) =>
    (name: string, detail: string, fix = ''): Check => ({ area, name, state, detail, fix });
  return {
    ok: make('ok'),
    warn: make('warn'),
    fail: make('fail'),
    unknown: make('unknown'),
    judged: (good: boolean, name: string, detail: string, fix: string): Check => ({
      area,
      name,
      state: good ? 'ok' : 'fail',
      detail,
      fix: good ? '' : fix,
    }),
  };
}
