/** A call that never left us because something of ours was in the way: the limiter's database, or the access token's store. */
export class NotSent extends Error {
  override readonly name: string = 'NotSent';

  constructor(
    readonly endpoint: string,
    options: { readonly cause: unknown },
  ) {
    super(`${endpoint}: not sent`, options);
  }
}

/** The endpoint has no free slot soon, and nothing was used up: come back after `retryInMs`. */
export class SlotFarAway extends Error {
  override readonly name = 'SlotFarAway';

  constructor(
    readonly endpoint: string,
    readonly retryInMs: number,
  ) {
    super(`${endpoint}: the next free slot of our rate limit is ${Math.ceil(retryInMs / 1000)} s away`);
  }
}
