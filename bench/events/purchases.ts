/** Raw events of a shop as its server hands them in: three identifiers of the person, a click id, two items. */

const ITEMS = `[{"item_id":"SKU-1001","item_name":"Rain jacket","item_brand":"Peak","item_category":"Jackets","price":79.9,"quantity":1},{"item_id":"SKU-2002","item_name":"Wool socks","price":12.5,"quantity":2}]`;

/** One purchase as JSON; the same number is the same event. */
export function purchaseJson(run: string, number: number): string {
  return (
    `{"name":"purchase","event_id":"${run}-${number}","user":{"email":"buyer-${number}@example.org","phone":"+4915112${String(number % 1_000_000).padStart(6, '0')}",` +
    `"external_id":"customer-${number}","ttclid":"E.C.P.${run}${number}","ip":"81.20.${number % 250}.${number % 199}",` +
    `"user_agent":"Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"},` +
    `"params":{"transaction_id":"${run}-${number}","value":104.9,"currency":"EUR","items":${ITEMS},"page_location":"https://shop.example.org/thanks/${number}"}}`
  );
}

/** The body of one request to the gateway: so many events from that number on. */
export function requestBody(run: string, from: number, count: number): string {
  const events = Array.from({ length: count }, (_, index) => purchaseJson(run, from + index));
  return `{"events":[${events.join(',')}]}`;
}
