const SAMPLE_COLUMNS = ['sku_id', 'title', 'description', 'availability', 'condition', 'price', 'link', 'image_link', 'brand'];

/** Rows of a CSV or TSV text; quotes as in RFC 4180. */
export function tableRows(text: string, separator: ',' | '\t'): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = '';
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const char = text.charAt(index);
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text.charAt(index + 1) === '"') cell += text.charAt(++index);
      else quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === separator) {
      row.push(cell);
      cell = '';
    } else if (char === '\n' || char === '\r') {
      if (char === '\r' && text.charAt(index + 1) === '\n') index += 1;
      rows.push([...row, cell]);
      row = [];
      cell = '';
    } else cell += char;
  }
  if (cell !== '' || row.length > 0) rows.push([...row, cell]);
  return rows.filter((cells) => cells.some((item) => item.trim() !== ''));
}

/** A feed's row in the form of `/catalog/product/upload/` (facts 5.2). */
function productOf(record: Record<string, string>): Record<string, unknown> {
  const [amount, currency] = (record.price ?? '').split(/\s+/);
  return {
    sku_id: record.sku_id ?? record.id ?? '',
    title: record.title ?? '',
    description: record.description ?? '',
    availability: (record.availability ?? '').toUpperCase().replaceAll(' ', '_'),
    brand: record.brand ?? '',
    image_url: record.image_link ?? '',
    product_detail: { condition: (record.condition ?? '').toUpperCase() },
    price_info: {
      price: amount === undefined || amount === '' ? Number.NaN : Number(amount),
      ...(currency === undefined ? {} : { currency }),
    },
    landing_page: { landing_page_url: record.link ?? '' },
  };
}

/** Products in a feed's text. */
export function productsInFeed(text: string): Record<string, unknown>[] {
  const firstLine = text.slice(0, text.indexOf('\n') + 1);
  const [head, ...rows] = tableRows(text.replace(/^\uFEFF/, ''), firstLine.includes('\t') ? '\t' : ',');
  const names = (head ?? []).map((name) => name.trim().toLowerCase());
  return rows.map((cells) => productOf(Object.fromEntries(names.map((name, index) => [name, cells[index] ?? '']))));
}

/**
 * What TikTok would download. Only loopback addresses are really read; the simulator sends nothing to other machines, so any other
 * address stands for a feed of five made products.
 * @returns `null` when the file cannot be read.
 */
export async function readFeed(address: string): Promise<Record<string, unknown>[] | null> {
  if (!URL.canParse(address)) return null;
  const url = new URL(address);
  const loopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (!loopback) return productsInFeed(sampleFeed(url));
  if (!/^https?:$/.test(url.protocol)) return null;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5000), redirect: 'error' });
    return response.ok ? productsInFeed(await response.text()) : null;
  } catch {
    return null;
  }
}

function sampleFeed(url: URL): string {
  const rows = [1, 2, 3, 4, 5].map((index) =>
    [
      `SAMPLE-${index}`,
      `Sample product ${index}`,
      'A product of the feed',
      'IN_STOCK',
      'NEW',
      `${index * 10}.00 EUR`,
      `https://${url.hostname}/p/${index}`,
      `https://${url.hostname}/p/${index}.jpg`,
      'Sample',
    ].join(','),
  );
  return [SAMPLE_COLUMNS.join(','), ...rows].join('\n');
}
