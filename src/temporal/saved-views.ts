/** A list of onboardings worth keeping in the Temporal UI. */
export interface SavedView {
  readonly name: string;
  readonly query: string;
  /** Opened once, the link adds the view to the saved views of that browser. */
  readonly url: string;
}

/**
 * Links into the Temporal UI. The UI keeps saved views in the browser and adds the one that a link's `savedQuery` (its name)
 * and `query` describe.
 * @param now the instant that "past due" is measured against, as the query language has no clock
 */
export function savedViews({ uiUrl, namespace, now }: { uiUrl: string; namespace: string; now: Date }): SavedView[] {
  const open = 'ExecutionStatus = "Running"';
  const views = [
    { name: 'Waiting for Kobi', query: `${open} AND KobiWaitingOn = "kobi"` },
    { name: 'Parked', query: `${open} AND KobiFailureCode IS NOT NULL` },
    { name: 'Past due', query: `${open} AND KobiDue < "${now.toISOString()}"` },
  ];
  const base = `${uiUrl.replace(/\/$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows`;
  return views.map(({ name, query }) => ({ name, query, url: `${base}?${new URLSearchParams({ query, savedQuery: name }).toString()}` }));
}
