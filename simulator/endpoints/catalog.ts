import { utcText } from '../clock.js';
import { ApiRefusal, badParameter } from '../envelope.js';
import type { Catalog, Product } from '../entities.js';
import { RawNumber } from '../json.js';
import {
  adminOfBc,
  createdId,
  type EndpointContext,
  type EndpointHandlers,
  isVisible,
  memberOfBc,
  paged,
  pixelReachedBy,
  requestAdvertiser,
  visibleFrom,
} from './context.js';

/** Approved, available products that make a catalog usable; TikTok's number depends on the ad format (facts 5.1). */
const USABLE_FROM = 1;

/** The catalog of the request, which must belong to the Business Center of the request. */
export function catalogOf(context: EndpointContext): Catalog {
  const bc = memberOfBc(context);
  const id = context.values.text('catalog_id');
  const catalog = context.state.catalogs[id];
  if (catalog === undefined || catalog.bcId !== bc.bcId) {
    throw new ApiRefusal(40001, `You don't have permission to operate this catalog:${id}.`);
  }
  return catalog;
}

/** Products that processing has let in, with their review up to date (facts 11.4). */
export function productsOf(context: EndpointContext, catalogId: string): Product[] {
  const { prohibitedWords } = context.state.timings;
  return Object.values(context.state.products[catalogId] ?? {})
    .filter((product) => isVisible(context, product))
    .map((product) => {
      if (product.auditEndsAt === null || product.auditEndsAt > context.now) return product;
      product.auditEndsAt = null;
      const title = String(product.fields.title ?? '').toLowerCase();
      const word = prohibitedWords.find((item) => title.includes(item.toLowerCase()));
      product.audit = word === undefined ? 'approved' : 'rejected';
      if (word !== undefined) {
        product.auditReason = `The product is prohibited: "${word}".`;
        product.auditSuggestion = 'Remove the product or change its title.';
      }
      return product;
    });
}

function isEligible(context: EndpointContext, catalog: Catalog): boolean {
  const usable = productsOf(context, catalog.catalogId).filter(
    (product) => product.audit === 'approved' && !['OUT_OF_STOCK', 'DISCONTINUED'].includes(String(product.fields.availability)),
  );
  return usable.length >= USABLE_FROM;
}

function create(context: EndpointContext): object {
  const bc = adminOfBc(context);
  const conf = context.values.inner('catalog_conf');
  if (!/^[A-Z]{2}$/.test(conf.text('region_code'))) throw badParameter('catalog_conf.region_code: Not a valid region code.');
  if (!/^[A-Z]{3}$/.test(conf.text('currency'))) throw badParameter('catalog_conf.currency: Not a valid currency.');
  const catalogId = createdId(context);
  context.state.catalogs[catalogId] = {
    catalogId,
    bcId: bc.bcId,
    name: context.values.text('name'),
    type: context.values.text('catalog_type'),
    regionCode: conf.text('region_code'),
    currency: conf.text('currency'),
    channel: conf.maybeText('channel') ?? 'CLIENT',
    createdAt: context.now,
    updatedAt: context.now,
    eventSources: [],
    visibleFrom: visibleFrom(context),
  };
  return { catalog_id: catalogId };
}

function rename(context: EndpointContext): object {
  const catalog = catalogOf(context);
  catalog.name = context.values.text('name');
  catalog.updatedAt = context.now;
  return { catalog_id: catalog.catalogId };
}

function remove(context: EndpointContext): object {
  const { catalogId } = catalogOf(context);
  delete context.state.catalogs[catalogId];
  delete context.state.products[catalogId];
  return { catalog_id: catalogId };
}

function list(context: EndpointContext): object {
  const bc = memberOfBc(context);
  const asked = context.values.maybeText('catalog_id');
  const rows = Object.values(context.state.catalogs).filter(
    (item) => item.bcId === bc.bcId && isVisible(context, item) && (asked === undefined || item.catalogId === asked),
  );
  const page = paged(context, rows);
  return {
    list: page.rows.map((catalog) => ({
      catalog_id: catalog.catalogId,
      catalog_name: catalog.name,
      catalog_type: catalog.type,
      ad_creation_eligible: isEligible(context, catalog) ? 'AVAILABLE' : 'NOT_AVAILABLE',
      create_time: utcText(catalog.createdAt),
      update_time: utcText(catalog.updatedAt),
      bc_info: { bc_id: bc.bcId, bc_name: bc.name, picture_url: '' },
      catalog_conf: {
        country: catalog.regionCode,
        region_code: catalog.regionCode,
        currency: catalog.currency,
        channel: catalog.channel,
      },
    })),
    page_info: page.page_info,
  };
}

function overview(context: EndpointContext): object {
  const products = productsOf(context, catalogOf(context).catalogId);
  const count = (audit: Product['audit']): number => products.filter((product) => product.audit === audit).length;
  const [approved, rejected, processing] = [count('approved'), count('rejected'), count('processing')];
  return {
    approved,
    rejected,
    processing,
    organic_approved: approved,
    organic_rejected: rejected,
    organic_processing: processing,
  };
}

function sourceOf(context: EndpointContext): { catalog: Catalog; source: Catalog['eventSources'][number] } {
  const advertiser = requestAdvertiser(context);
  const catalog = catalogOf(context);
  const pixelCode = context.values.maybeText('pixel_code') ?? '';
  const appId = context.values.maybeText('app_id') ?? '';
  if (pixelCode === '' && appId === '') throw badParameter('At least one of app_id and pixel_code is required.');
  const pixel = Object.values(context.state.pixels).find((item) => item.pixelCode === pixelCode);
  if (pixelCode !== '' && (pixel === undefined || !pixelReachedBy(pixel, advertiser.advertiserId))) {
    throw new ApiRefusal(40007, `The pixel ${pixelCode} does not exist.`);
  }
  return { catalog, source: { advertiserId: advertiser.advertiserId, pixelCode, appId } };
}

function bind(context: EndpointContext): object {
  const { catalog, source } = sourceOf(context);
  const known = catalog.eventSources.some((item) => item.pixelCode === source.pixelCode && item.appId === source.appId);
  if (!known) catalog.eventSources.push(source);
  return {};
}

function unbind(context: EndpointContext): object {
  const { catalog, source } = sourceOf(context);
  catalog.eventSources = catalog.eventSources.filter((item) => item.pixelCode !== source.pixelCode || item.appId !== source.appId);
  return {};
}

/** `catalog_id` comes as a bare number here (facts 1.1). */
function bound(context: EndpointContext): object {
  const catalog = catalogOf(context);
  const name = (code: string): string => Object.values(context.state.pixels).find((item) => item.pixelCode === code)?.name ?? '';
  return {
    catalog_id: new RawNumber(catalog.catalogId),
    event_sources: catalog.eventSources.map((item) => ({
      event_source_name: name(item.pixelCode),
      app_id: item.appId,
      pixel_code: item.pixelCode,
    })),
  };
}

/** Catalogs and their event sources (facts 5.1, 5.4). */
export const catalogHandlers: EndpointHandlers = {
  '/catalog/create/': create,
  '/catalog/update/': rename,
  '/catalog/delete/': remove,
  '/catalog/get/': list,
  '/catalog/overview/': overview,
  '/catalog/available_country/get/': (context) => {
    memberOfBc(context);
    return { region_codes: ['AT', 'CH', 'DE', 'ES', 'FR', 'GB', 'IT', 'NL', 'PL', 'US'] };
  },
  '/catalog/eventsource/bind/': bind,
  '/catalog/eventsource/unbind/': unbind,
  '/catalog/eventsource_bind/get/': bound,
};
