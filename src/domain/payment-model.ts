/** How a Business Center pays: each account from its own balance, all from one, or on credit. Only NON_SHARED balances are transferred to. */
export type PaymentModel = 'NON_SHARED' | 'SHARED' | 'CREDIT_LINE';

/** Its portfolio says it; without one, a non-self-serve Business Center has a credit line (facts 3.1, 3.8). */
export function paymentModelOf(portfolioType: string | null | undefined, bcType: string): PaymentModel {
  if (portfolioType === 'SHARED' || portfolioType === 'NON_SHARED') return portfolioType;
  return bcType === 'DIRECT' || bcType === 'AGENCY' ? 'CREDIT_LINE' : 'NON_SHARED';
}
