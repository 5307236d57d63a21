import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js';

/**
 * A phone number in E.164, such as +4930901820. National numbers are read by the rules of the country (ISO 3166-1, two letters).
 * @returns undefined when it is no possible number
 */
export function internationalPhone(phone: string, country: string): string | undefined {
  const number = isSupportedCountry(country) ? parsePhoneNumberFromString(phone, country) : parsePhoneNumberFromString(phone);
  return number?.isValid() ? number.number : undefined;
}
