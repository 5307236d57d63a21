/** A list of onboardings in the Temporal UI. */
export interface SavedView {
  readonly name: string;
  readonly query: string;
  /** The UI keeps a view in the browser once its link is opened; one that names an instant is only shown, because kept it would go stale. */
  readonly url: string;
  /** ISO 8601: the instant that the query names, as the query language has no clock; null when it stays true. */
  readonly asOf: string | null;
}

/**
 * Links into the Temporal UI. The UI keeps saved views in the browser and adds the one that a link's `savedQuery` (its name)
 * and `query` describe.
 * @param now the instant that "past due" is measured against
 */
export function savedViews({ uiUrl, namespace, now }: { uiUrl: string; namespace: string; now: Date }): SavedView[] {
  const open = 'ExecutionStatus = "Running"';
  const asOf = now.toISOString();
  const views = [
    { name: 'Waiting for Kobi', query: `${open} AND KobiWaitingOn = "kobi"`, asOf: null },
    { name: 'Parked', query: `${open} AND KobiFailureCode IS NOT NULL`, asOf: null },
    { name: 'Past due', query: `${open} AND KobiDue < "${asOf}"`, asOf },
  ];
  const base = `${uiUrl.replace(/\/$/, '')}/namespaces/${encodeURIComponent(namespace)}/workflows`;
  return views.map((view) => {
    const parameters = new URLSearchParams({ query: view.query, ...(view.asOf === null ? { savedQuery: view.name } : {}) });
    return { ...view, url: `${base}?${parameters.toString()}` };
  });
}
