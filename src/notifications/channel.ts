import type { Notice } from '../store/notices.js';
import type { Recipients } from './recipients.js';

/** What one target gets in one message. */
export interface Parcel {
  readonly target: string;
  /** The same for every attempt at the same notices, and for no others: receivers tell a repetition by it. */
  readonly id: string;
  /** Oldest first, at least one. */
  readonly notices: readonly Notice[];
  readonly now: Date;
}

/** A way to the outside. It knows nothing of retries, digests and quiet hours. */
export interface Channel {
  /** Its name in the database, in logs and settings. */
  readonly name: string;
  /** Whether people read it: then messages wait for each other and for the end of quiet hours. Programs get each at once. */
  readonly forPeople: boolean;
  /** To whom a notification goes. */
  targets(notice: Notice, recipients: Recipients): readonly string[];
  /**
   * @returns false when the target is not to be told any more, such as a person who was disabled
   * @throws DeliveryFailed
   */
  send(parcel: Parcel): Promise<boolean>;
  close?(): void;
}

/** A message that did not arrive. The text is kept and logged, so it holds no address, header or answer of the other side. */
export class DeliveryFailed extends Error {
  override readonly name = 'DeliveryFailed';
  constructor(
    message: string,
    readonly how: {
      /** Trying again cannot help. */
      readonly forGood?: boolean;
      /** What the other side asked us to wait, in milliseconds. */
      readonly retryAfterMs?: number;
    } = {},
  ) {
    super(message);
  }
}
