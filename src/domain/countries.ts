/** Countries by ISO 3166-1, two letters. */
export const COUNTRIES: readonly string[] = (
  'AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG ' +
  'CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL ' +
  'GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA ' +
  'LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP ' +
  'NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV ' +
  'SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW'
).split(' ');

const EUROPEAN_UNION = 'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ');

/** What TikTok asks of an ad account by the country of the account (facts 3.2). */
export interface CountryRule {
  readonly licenceNo: readonly string[];
  readonly licenceImage: readonly string[];
  /** Also when the Business Center is registered there. */
  readonly qualificationImages: readonly string[];
  readonly contactEmail: readonly string[];
  /** Also when an agency's Business Center is registered there. */
  readonly billingInfo: readonly string[];
  readonly invoicePayer: readonly string[];
}

export const COUNTRY_RULE: CountryRule = {
  licenceNo: ['CN', 'HK', 'BR', 'MX'],
  licenceImage: ['CN', 'HK'],
  qualificationImages: ['FR', 'BR', 'MX'],
  contactEmail: ['FR', 'BR', 'MX'],
  billingInfo: ['FR', 'BR', 'MX'],
  invoicePayer: ['FR'],
};

/** Tax fields by country: those that TikTok knows, and those that it demands (facts 3.2, tax_field_dict). */
export function taxFieldsOf(country: string): { readonly known: readonly string[]; readonly required: readonly string[] } {
  if (country === 'MX') return { known: ['tax_id', 'tax_regime'], required: ['tax_id'] };
  if (country === 'BR') return { known: ['tax_id'], required: ['tax_id'] };
  if (['AE', 'EG', 'SA', 'IL', 'TR', 'CA', 'US'].includes(country)) return { known: ['tax_id'], required: [] };
  if (['AU', 'NZ'].includes(country)) return { known: ['abn'], required: [] };
  return { known: EUROPEAN_UNION.includes(country) ? ['vat'] : [], required: [] };
}
