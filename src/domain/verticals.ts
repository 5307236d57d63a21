/** A vertical that Kobi knows; the list is open, others are taken with a warning. */
export interface Vertical {
  /** Statements about its creatives that an approver wants to see, by name. */
  readonly declarations: readonly string[];
}

export const VERTICALS: Readonly<Record<string, Vertical>> = {
  private_school: { declarations: ['no_guaranteed_grades'] },
  tourism: { declarations: ['prices_include_all_fees'] },
  ecommerce: { declarations: ['products_as_shown'] },
};

/** Never advertised on TikTok (TikTok Advertising Policies, Industry Entry: ads.tiktok.com/help/article?aid=6685586866860720134). */
export const PROHIBITED_VERTICALS: readonly string[] = [
  'adult',
  'animals',
  'counterfeit',
  'drugs',
  'gambling',
  'politics',
  'tobacco',
  'vaping',
  'weapons',
];

/** TikTok wants papers of the industry, which a person uploads in Ads Manager (facts 3.4 industry_code, 11.1). */
export const LICENSED_VERTICALS: readonly string[] = ['alcohol', 'dating', 'financial_services', 'over_the_counter_medicine'];

/** Campaigns must declare `special_industries`, which narrows targeting (facts 7.2). */
export const SPECIAL_INDUSTRIES: Readonly<Record<string, string>> = { housing: 'HOUSING', employment: 'EMPLOYMENT', credit: 'CREDIT' };

/** How TikTok and Kobi stand to a vertical, the strictest rule first. */
export function standingOf(vertical: string): 'prohibited' | 'licensed' | 'special' | 'known' | 'unknown' {
  if (PROHIBITED_VERTICALS.includes(vertical)) return 'prohibited';
  if (LICENSED_VERTICALS.includes(vertical)) return 'licensed';
  if (Object.hasOwn(SPECIAL_INDUSTRIES, vertical)) return 'special';
  return Object.hasOwn(VERTICALS, vertical) ? 'known' : 'unknown';
}

/** Every vertical that has a rule, for near misses. */
export const NAMED_VERTICALS: readonly string[] = [
  ...Object.keys(VERTICALS),
  ...PROHIBITED_VERTICALS,
  ...LICENSED_VERTICALS,
  ...Object.keys(SPECIAL_INDUSTRIES),
];
