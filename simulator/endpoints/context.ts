import { ApiRefusal } from '../envelope.js';
import type { Advertiser, Assignment, BusinessCenter, Pixel, SimulatorState, Token, Visible } from '../entities.js';
import { longId } from '../ids.js';
import type { RequestValues } from '../parameters/values.js';

/** A file part of a multipart request. */
export interface UploadedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What an endpoint gets for one request. */
export interface EndpointContext {
  readonly state: SimulatorState;
  readonly values: RequestValues;
  readonly files: ReadonlyMap<string, UploadedFile>;
  /** Simulated time of the request, epoch milliseconds. */
  readonly now: number;
  readonly token: Token | null;
  readonly url: string;
  /** Extra lag of what this request creates (fault `visible-after`). */
  readonly hiddenForMs: number;
  /** Fault `reject-review`: the account made by this request will be refused. */
  readonly rejectReview: boolean;
  /** Collects ids of what was created, for the ledger. */
  readonly created: string[];
}

/** One endpoint: answers the envelope's `data` or throws `ApiRefusal`. */
export type EndpointHandler = (context: EndpointContext) => object | Promise<object>;

/** Handlers by path. */
export type EndpointHandlers = Record<string, EndpointHandler>;

/** A new id, noted as created. */
export function createdId(context: EndpointContext): string {
  const id = longId(nextSequence(context.state));
  context.created.push(id);
  return id;
}

/** The next number of the state's own counter. */
export function nextSequence(state: SimulatorState): number {
  state.sequence += 1;
  return state.sequence;
}

/** The moment from which reads see what this request creates. */
export function visibleFrom(context: EndpointContext): number {
  return context.now + context.hiddenForMs;
}

/** Whether a read sees the object already. */
export function isVisible(context: EndpointContext, object: Visible): boolean {
  return object.visibleFrom <= context.now;
}

/** The Business Center of the request, of which the token's user must be a bound member. */
export function memberOfBc(context: EndpointContext, name = 'bc_id'): BusinessCenter {
  const bcId = context.values.text(name);
  const bc = context.state.businessCenters[bcId];
  const member = context.token === null ? undefined : bc?.members[context.token.userId];
  if (bc === undefined || member === undefined || member.relationStatus !== 'BOUND') throw refuseBc(bcId);
  return bc;
}

/** As `memberOfBc`, and the user is an administrator. */
export function adminOfBc(context: EndpointContext, name = 'bc_id'): BusinessCenter {
  const bc = memberOfBc(context, name);
  if (context.token === null || bc.members[context.token.userId]?.role !== 'ADMIN') throw refuseBc(bc.bcId);
  return bc;
}

/** As `memberOfBc`, and the user has the finance role MANAGER (facts 3.3, 3.8). */
export function financeManagerOfBc(context: EndpointContext): BusinessCenter {
  const bc = memberOfBc(context);
  if (context.token === null || bc.members[context.token.userId]?.financeRole !== 'MANAGER') {
    throw new ApiRefusal(40001, `No permission to manage the finance of Business Center: ${bc.bcId}`);
  }
  return bc;
}

function refuseBc(bcId: string): ApiRefusal {
  return new ApiRefusal(40001, `No permission to operate Business Center: ${bcId}`);
}

/** The advertiser when the token's user holds a role on it; its review is brought up to date. */
export function operableAdvertiser(context: EndpointContext, advertiserId: string): Advertiser {
  const advertiser = context.state.advertisers[advertiserId];
  if (advertiser === undefined || !reaches(context, advertiserId)) {
    throw new ApiRefusal(40001, `No permission to operate advertiser: ${advertiserId}`);
  }
  return settledAdvertiser(context, advertiser);
}

/** The advertiser that the request names. */
export function requestAdvertiser(context: EndpointContext): Advertiser {
  return operableAdvertiser(context, context.values.text('advertiser_id'));
}

/** Whether the token's user has a role on the advertiser, or works for a Business Center it is shared with. */
export function reaches(context: EndpointContext, advertiserId: string): boolean {
  const { token } = context;
  return token !== null && context.state.assignments.some((item) => item.assetId === advertiserId && opens(token, item));
}

/** All advertisers of which `reaches` is true, read in one pass because a token may have thousands. */
export function reachedBy({ assignments }: SimulatorState, token: Token): ReadonlySet<string> {
  return new Set(assignments.filter((item) => opens(token, item)).map((item) => item.assetId));
}

function opens(token: Token, { assetType, assetId, userId }: Assignment): boolean {
  return assetType === 'ADVERTISER' && userId === token.userId && (token.advertiserIds?.includes(assetId) ?? true);
}

/** Ends a review whose time has come (facts 11.4). */
export function settledAdvertiser(context: { readonly now: number }, advertiser: Advertiser): Advertiser {
  if (advertiser.reviewEndsAt === null || advertiser.reviewEndsAt > context.now) return advertiser;
  const modified = advertiser.status === 'STATUS_PENDING_CONFIRM_MODIFY';
  if (advertiser.reviewOutcome === 'approve') {
    advertiser.status = 'STATUS_ENABLE';
  } else {
    advertiser.status = modified ? 'STATUS_CONFIRM_MODIFY_FAIL' : 'STATUS_CONFIRM_FAIL';
    advertiser.rejectionReason ||= 'The account information does not meet the advertising policies.';
  }
  advertiser.reviewEndsAt = null;
  return advertiser;
}

/** The advertiser's pixel by `pixel_id`. */
export function pixelById(context: EndpointContext, advertiserId: string, pixelId: string): Pixel {
  const pixel = context.state.pixels[pixelId];
  if (pixel === undefined || !pixelReachedBy(pixel, advertiserId)) {
    throw new ApiRefusal(40007, `The pixel ${pixelId} does not exist.`);
  }
  return pixel;
}

/** Whether the advertiser may use the pixel: it made it, or it is linked. */
export function pixelReachedBy(pixel: Pixel, advertiserId: string): boolean {
  return pixel.advertiserId === advertiserId || pixel.linkedAdvertiserIds.includes(advertiserId);
}

/** `list` cut to the asked page, with `page_info` (facts 1.5). */
export function paged<T>(context: EndpointContext, items: readonly T[], defaultPageSize = 10): { rows: T[]; page_info: object } {
  const page = context.values.maybeNumber('page') ?? 1;
  const pageSize = context.values.maybeNumber('page_size') ?? defaultPageSize;
  return {
    rows: items.slice((page - 1) * pageSize, page * pageSize),
    page_info: {
      page,
      page_size: pageSize,
      total_number: items.length,
      total_page: Math.ceil(items.length / pageSize),
    },
  };
}

/** Minor units as TikTok's number in currency units. */
export function units(minor: number): number {
  return minor / 100;
}

/** TikTok's number in currency units as minor units. */
export function minorUnits(amount: number): number {
  return Math.round(amount * 100);
}
