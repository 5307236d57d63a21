import { type Fields, firstOf, isFields } from '../plain-values.js';

/**
 * Google's `user_data`, as GA4 and Tag Manager write it, in our fields. Where an address stands both raw and hashed, the raw one counts:
 * it is normalised by TikTok's rule, and found where it does not belong. Names and postal addresses are not read.
 */
export function googleUser(userData: unknown): Fields {
  if (!isFields(userData)) return {};
  return {
    email: firstOf(userData, 'email_address', 'email', 'sha256_email_address'),
    phone: firstOf(userData, 'phone_number', 'phone', 'sha256_phone_number'),
  };
}
