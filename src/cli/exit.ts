/** Exit codes of `kobi`: scripts and continuous integration rely on them. */
export const EXIT = { done: 0, failed: 1, badInput: 2, waitingForPeople: 3 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What a person is told instead of a stack: sentences that name the cause and the command that mends it, and the exit code. */
export class CommandFault extends Error {
  override readonly name = 'CommandFault';
  constructor(
    message: string,
    readonly exitCode: ExitCode,
    /** Facts for `--json`, beside the message. */
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message);
  }
}

/** Input that nothing was started with. */
export function badInput(message: string, details: Readonly<Record<string, unknown>> = {}): CommandFault {
  return new CommandFault(message, EXIT.badInput, details);
}

/** Something that should have worked did not. */
export function failed(message: string, details: Readonly<Record<string, unknown>> = {}): CommandFault {
  return new CommandFault(message, EXIT.failed, details);
}
