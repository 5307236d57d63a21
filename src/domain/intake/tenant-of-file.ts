import { isAbsolute, resolve } from 'node:path';
import type { Tenant } from '../../contract/tenant.js';
import type { TenantFile } from '../../contract/tenant-file.js';
import { toMinorUnits } from '../money.js';
import { sparkCodeRef } from '../naming.js';
import { internationalPhone } from '../phones.js';
import { keyEventOf } from './event-rules.js';
import { plainHandle } from './spark-rules.js';

/** A Spark code that came with the file, for the secret store; it is not part of the tenant. */
export interface SparkCode {
  /** Id of the post in the file. */
  readonly post: string;
  /** Under which the secret store keeps it (`sparkCodeRef`). */
  readonly ref: string;
  readonly code: string;
}

/** The secrets of a file, apart from the tenant. */
export function sparkCodesOf(file: TenantFile): SparkCode[] {
  return file.spark_posts.flatMap(({ id, auth_code: code }) =>
    code === undefined ? [] : [{ post: id, ref: sparkCodeRef(file.slug, id, code), code }],
  );
}

/** A copy without the fields that are undefined. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const kept: { [K in keyof T]?: Exclude<T[K], undefined> } = {};
  return Object.assign(kept, Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)));
}

function companyOf({ company }: TenantFile, absolute: (file: string) => string): Tenant['company'] {
  return given({
    promotionLink: company.promotion_link,
    licenceNo: company.licence_no,
    licenceImage: company.licence_image === undefined ? undefined : absolute(company.licence_image),
    qualificationImages: company.qualification_images?.map(absolute),
    billingAddress: company.billing_address,
    taxFields: company.tax_fields,
    invoicePayer: company.invoice_payer,
  });
}

/** The tenant of a file that has no fault. Paths become absolute from `folder`, money minor units, phones E.164, handles plain. */
export function tenantOf(file: TenantFile, folder: string): Tenant {
  const absolute = (path: string): string => (isAbsolute(path) ? path : resolve(folder, path));
  const money = (amount: number | string): number => toMinorUnits(amount, file.currency);
  const { budget_cap_per_month: cap, initial_funding: funding } = file.billing;
  const feed = file.catalog?.feed;
  return {
    slug: file.slug,
    legalName: file.legal_name,
    country: file.country,
    currency: file.currency,
    timeZone: file.time_zone,
    vertical: file.vertical,
    industryId: String(file.industry_id),
    website: file.website,
    landingPages: file.landing_pages,
    ga4: { measurementId: file.ga4.measurement_id, keyEvents: file.ga4.key_events.map(keyEventOf) },
    objectives: [...file.objectives],
    optimisationEvent: file.optimisation_event,
    mode: file.mode,
    contacts: file.contacts.map(({ role, email, phone }) => ({
      role,
      email,
      ...(phone === undefined ? {} : { phone: internationalPhone(phone, file.country) ?? phone }),
    })),
    company: companyOf(file, absolute),
    verification: file.verification,
    tiktokAccount: {
      use: file.tiktok_account.use,
      ...(file.tiktok_account.handle === undefined ? {} : { handle: plainHandle(file.tiktok_account.handle) }),
    },
    pixel: given({ testEventCode: file.pixel.test_event_code }),
    ...(file.event_uploads === undefined ? {} : { eventUploads: [...new Set(file.event_uploads)].toSorted() }),
    ...(feed === undefined
      ? {}
      : {
          catalog: { feed: 'url' in feed ? { kind: 'url' as const, url: feed.url } : { kind: 'file' as const, file: absolute(feed.file) } },
        }),
    billing: { ...(cap === undefined ? {} : { budgetCapPerMonthMinor: money(cap) }), initialFundingMinor: money(funding) },
    creatives: file.creatives.map(({ id, file: path, text, music, declarations }) => ({
      id,
      file: absolute(path),
      text,
      music: { source: music.source, ...(music.licence === undefined ? {} : { licence: music.licence }) },
      declarations,
    })),
    sparkPosts: file.spark_posts.map(({ id, handle, link, auth_code: code }) => ({
      id,
      handle: plainHandle(handle),
      link,
      ...(code === undefined ? {} : { authCodeRef: sparkCodeRef(file.slug, id, code) }),
    })),
    requestedBy: file.requested_by,
  };
}
