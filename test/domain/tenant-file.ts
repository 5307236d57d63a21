/** A tenant file without a fault, as plain data; `change` replaces whole fields. */
export function tenantFile(change: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    slug: 'example_shop',
    legal_name: 'Example Shop GmbH',
    country: 'DE',
    currency: 'EUR',
    time_zone: 'Europe/Berlin',
    vertical: 'ecommerce',
    industry_id: '290303',
    website: 'https://shop.example.org/',
    landing_pages: ['https://shop.example.org/sale'],
    ga4: {
      measurement_id: 'G-EXAMPLE1',
      key_events: [
        { name: 'purchase', source: 'events_api' },
        { name: 'add_to_cart', source: 'site' },
      ],
    },
    objectives: ['WEB_CONVERSIONS'],
    optimisation_event: 'Purchase',
    contacts: [{ role: 'shop', email: 'shop@example.org', phone: '030 901820' }],
    tiktok_account: { use: 'link', handle: '@example_shop' },
    billing: { budget_cap_per_month: '1500.50', initial_funding: 250 },
    creatives: [{ id: 'sale', file: 'media/sale.mp4', text: 'Sale', music: { source: 'original' }, declarations: ['products_as_shown'] }],
    requested_by: 'ops-a@example.org',
    ...change,
  };
}
