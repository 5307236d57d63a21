import { COUNTRIES } from '../countries.js';
import { fault, type Fault } from '../faults.js';
import { internationalPhone } from '../phones.js';
import { type Draft, repeats } from './draft.js';

/** Contacts: a phone that can exist (national ones are judged once the country is right), no mail address twice. Phone numbers are not repeated in faults. */
export function contactRules({ contacts, country }: Draft): Fault[] {
  const home = country !== undefined && COUNTRIES.includes(country) ? country : '';
  return [
    ...contacts.flatMap(([index, { phone }]) =>
      phone === undefined || (home === '' && !phone.startsWith('+')) || internationalPhone(phone, home) !== undefined
        ? []
        : [
            fault(
              ['contacts', index, 'phone'],
              `is no phone number${home === '' ? '' : ` of ${home}`}; write it with its country code, such as +49 30 901820`,
            ),
          ],
    ),
    ...repeats(contacts, (contact) => contact.email?.toLowerCase()).map(({ index, first }) =>
      fault(['contacts', index, 'email'], `is that of contacts.${first} already`),
    ),
  ];
}
