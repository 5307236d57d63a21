/** Columns of a CSV of tenants: paths of the tenant file. `many` ones count on: `landing_pages.0`, `landing_pages.1` … */
const COLUMNS: readonly { readonly path: string; readonly holds: string; readonly many?: true; readonly optional?: true }[] = [
  { path: 'slug', holds: 'short name, the first column: a lower-case letter, then a-z, 0-9 and _' },
  { path: 'legal_name', holds: 'the tenant’s legal name' },
  { path: 'country', holds: 'two letters, ISO 3166-1' },
  { path: 'currency', holds: 'three letters, that of Kobi’s Business Center' },
  { path: 'time_zone', holds: 'such as Europe/Berlin; can never be changed' },
  { path: 'vertical', holds: 'private_school, tourism, ecommerce, or another word' },
  { path: 'industry_id', holds: 'TikTok’s industry, six digits' },
  { path: 'website', holds: 'its address, on https' },
  { path: 'landing_pages.0', holds: 'a page that ads lead to', many: true },
  { path: 'ga4.measurement_id', holds: 'such as G-ABC1234567' },
  { path: 'ga4.key_events.0.name', holds: 'a key event of GA4', many: true },
  { path: 'ga4.key_events.0.source', holds: 'who sends it to TikTok: site, events_api or pixel_rule', many: true },
  { path: 'objectives.0', holds: 'an objective of TikTok’s, such as LEAD_GENERATION', many: true },
  { path: 'optimisation_event', holds: 'the TikTok event that campaigns optimise for, such as Lead' },
  { path: 'contacts.0.role', holds: 'what the contact is, such as office', many: true },
  { path: 'contacts.0.email', holds: 'the contact’s mail address', many: true },
  { path: 'contacts.0.phone', holds: 'the contact’s phone number', many: true, optional: true },
  { path: 'tiktok_account.use', holds: 'link (its owner is asked) or spark_posts' },
  { path: 'tiktok_account.handle', holds: 'the account that is to be linked', optional: true },
  { path: 'billing.initial_funding', holds: 'in units of the currency, 0 for none' },
  { path: 'billing.budget_cap_per_month', holds: 'in units of the currency', optional: true },
  { path: 'requested_by', holds: 'who asked for this onboarding' },
];

/** What a tenant file contains and which columns a CSV has, with an example of each to begin with. */
export function FileForms() {
  return (
    <details>
      <summary>What goes into a tenant file or a CSV</summary>
      <p>
        A tenant file is one tenant as YAML or JSON:{' '}
        <a href="/assets/example-tenant.yaml" download>
          annotated example
        </a>
        . A CSV has one tenant per row, commas or semicolons between, and the paths of the tenant file as columns:{' '}
        <a href="/assets/example-tenants.csv" download>
          example of two tenants
        </a>
        . Other fields are columns in the same way, such as <code>pixel.test_event_code</code>. An empty cell leaves the field out. Checking
        starts nothing.
      </p>
      <div class="scroll" role="region" aria-label="Columns of a CSV" tabindex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Column</th>
              <th scope="col">Holds</th>
              <th scope="col">Needed</th>
            </tr>
          </thead>
          <tbody>
            {COLUMNS.map(({ path, holds, many, optional }) => (
              <tr>
                <th scope="row">
                  <code>{path}</code>
                </th>
                <td>
                  {holds}
                  {many ? '; more of them count on: 1, 2 …' : ''}
                </td>
                <td>{optional ? 'no' : 'yes'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
