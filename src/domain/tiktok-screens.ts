/** Where a person finds an object on TikTok's own screens; only addresses that are in public use. */
export function tiktokScreen(kind: string, id: string, ids: Readonly<Record<string, string>>): string | undefined {
  const aadvid = encodeURIComponent(ids['advertiserId'] ?? '');
  switch (kind) {
    case 'advertiserId':
      return `https://ads.tiktok.com/i18n/dashboard?aadvid=${encodeURIComponent(id)}`;
    case 'pixelCode':
    case 'pixelId':
      return aadvid === '' ? undefined : `https://ads.tiktok.com/i18n/events_manager?aadvid=${aadvid}`;
    default:
      return undefined;
  }
}
