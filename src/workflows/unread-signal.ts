import { defaultPayloadConverter, type RawValue, rawValueTypeInfo, type TypeInfo } from '@temporalio/common';

/**
 * Takes every argument of a signal as it was sent, however many there are. Temporal would read them before any handler is asked, and what
 * it cannot read (another encoding chosen in its UI, cut JSON) would fail the workflow's task again and again, so that the onboarding
 * would stand still for ever.
 */
export const UNREAD: readonly TypeInfo[] = new Proxy<TypeInfo[]>([], { get: () => rawValueTypeInfo });

/** What an unread argument says, or undefined when there is none or nobody can read it. */
export function readArgument(argument: RawValue | undefined): unknown {
  if (argument === undefined) return undefined;
  try {
    return defaultPayloadConverter.fromPayload<unknown>(argument.payload);
  } catch {
    // Whatever is wrong with it, nothing of it may reach a log or the ledger.
    return undefined;
  }
}
