/** Currencies in which TikTok keeps ad accounts (facts 7.4, table of ratios). */
export const ACCOUNT_CURRENCIES: readonly string[] = (
  'AED ARS AUD BDT BOB BRL CAD CHF CLP CNY COP CRC CZK DKK DZD EGP EUR GBP GTQ HKD HNL HUF IDR ILS INR ISK JPY KES KRW MOP MXN MYR ' +
  'NIO NOK NZD PLN RUB SAR SEK SGD THB TRY TWD USD VND ZAR'
).split(' ');
