import { Hono } from 'hono';
import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { settledAdvertiser } from './endpoints/context.js';
import { sparkState } from './endpoints/spark.js';
import type { ApiParts } from './api.js';
import type { SparkPost } from './entities.js';
import { act, NotFoundByPerson, personAction } from './people.js';
import { countedEvents } from './tracked-events.js';

type Markup = HtmlEscapedString | Promise<HtmlEscapedString>;

function button(label: string, fields: Record<string, string>): Markup {
  return html`<form method="post" action="/act">${Object.entries(fields).map(
    ([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`,
  )}<button>${label}</button></form>`;
}

function section(title: string, head: readonly string[], rows: readonly Markup[]): Markup {
  if (rows.length === 0) return html`<h2>${title}</h2><p>Nothing.</p>`;
  return html`<h2>${title}</h2><table><thead><tr>${head.map((cell) => html`<th>${cell}</th>`)}</tr></thead><tbody>${rows}</tbody></table>`;
}

function accounts(parts: ApiParts): Markup {
  const { state, clock } = parts.store;
  const rows = Object.values(state.advertisers)
    .map((item) => settledAdvertiser({ now: clock.now() }, item))
    .slice(-100)
    .map(
      (item) => html`<tr><td>${item.name}<br><small>${item.advertiserId}</small></td><td>${item.company}</td><td>${item.status}<br>
      <small>${item.rejectionReason}</small></td><td>${button('Approve', { action: 'approve-review', advertiser: item.advertiserId })}
      <form method="post" action="/act"><input type="hidden" name="action" value="reject-review"><input type="hidden" name="advertiser" value="${item.advertiserId}"><input name="reason" placeholder="reason" aria-label="reason" required><button>Reject</button></form>
      ${button('Suspend', { action: 'suspend-account', advertiser: item.advertiserId })}${button('Lift', { action: 'lift-suspension', advertiser: item.advertiserId })}</td></tr>`,
    );
  return section('Ad accounts', ['Account', 'Company', 'Status', 'TikTok decides'], rows);
}

function ads(parts: ApiParts): Markup {
  const { state, clock } = parts.store;
  const rows = Object.values(state.adObjects)
    .filter((item) => item.kind === 'ad')
    .slice(-100)
    .map((item) => {
      const decided = item.reviewEndsAt === null || item.reviewEndsAt <= clock.now();
      const verdict = item.reviewOutcome === 'approve' ? 'approved' : 'rejected';
      return html`<tr><td>${String(item.fields.ad_name ?? '')}<br><small>${item.id}</small></td><td>${decided ? verdict : 'in review'}</td>
      <td>${button('Approve', { action: 'decide-ad', adId: item.id, verdict: 'approve' })}
      ${button('Reject', { action: 'decide-ad', adId: item.id, verdict: 'reject' })}</td></tr>`;
    });
  return section('Ads', ['Ad', 'Review', 'TikTok decides'], rows);
}

function partnerships(parts: ApiParts): Markup {
  const { businessCenters, shares } = parts.store.state;
  const rows = Object.values(businessCenters).flatMap((bc) =>
    bc.partners.map((partnerId) => {
      const given = shares.filter((share) => share.ownerBcId === partnerId && share.partnerBcId === bc.bcId).map((share) => share.assetId);
      return html`<tr><td>${bc.name}<br><small>${bc.bcId}</small></td><td>${businessCenters[partnerId]?.name ?? ''}<br><small>${partnerId}</small></td>
      <td>${given.join(', ')}</td><td>${button('End', { action: 'end-partnership', bcId: bc.bcId, partnerBcId: partnerId })}</td></tr>`;
    }),
  );
  return html`${section('Partnerships', ['Business Center', 'Partner', 'Accounts the partner shares', ''], rows)}
    <form method="post" action="/act"><input type="hidden" name="action" value="accept-partnership">
    <label>Accounts to share, with commas <input name="advertiserIds"></label> <button>Accept the partnership as the client</button></form>`;
}

function links(parts: ApiParts): Markup {
  const rows = Object.values(parts.store.state.tiktokAccounts).map(
    (item) => html`<tr><td>@${item.handle}</td><td>${item.displayName}</td><td>${item.advertiserIds.join(', ')}</td>
    <td>${button('Unlink', { action: 'unlink-tiktok-account', handle: item.handle })}</td></tr>`,
  );
  return html`<div id="link">${section('Linked TikTok accounts', ['Handle', 'Name', 'Given to', ''], rows)}</div>
    <form method="post" action="/act"><input type="hidden" name="action" value="link-tiktok-account">
    <label>TikTok handle <input name="handle" required></label> <button>Accept the link as its owner</button></form>`;
}

/** A link only for addresses of the web: a post's address comes from outside. */
function postLink(post: SparkPost): Markup {
  return /^https?:\/\//.test(post.postUrl) ? html`<a href="${post.postUrl}" rel="noreferrer">@${post.handle}</a>` : html`@${post.handle}`;
}

function sparkPosts(parts: ApiParts): Markup {
  const now = parts.store.clock.now();
  const rows = Object.values(parts.store.state.sparkPosts).map(
    (post) => html`<tr><td>${postLink(post)}<br><small>${post.text}</small></td>
    <td><code>${post.authCode}</code></td><td>${sparkState(post, now)}<br><small>until ${new Date(post.authEndsAt).toISOString()}</small></td>
    <td>${button('Revoke', { action: 'revoke-spark', post: post.itemId })}${button('Expire', { action: 'expire-spark', post: post.itemId })}</td></tr>`,
  );
  return html`${section('Spark posts', ['Post', 'Code', 'State', 'Creator decides'], rows)}
    <form method="post" action="/act"><input type="hidden" name="action" value="make-spark-post">
    <label>Handle <input name="handle" required></label> <label>Post link <input name="postUrl"></label> <button>Authorise a post, show its code</button></form>`;
}

function products(parts: ApiParts): Markup {
  const rows = Object.values(parts.store.state.products)
    .flatMap((bySku) => Object.values(bySku))
    .slice(-100)
    .map(
      (
        item,
      ) => html`<tr><td>${item.skuId}</td><td>${String(item.fields.title ?? '')}</td><td>${item.audit}<br><small>${item.auditReason}</small></td>
      <td>${button('Approve', { action: 'approve-product', sku: item.skuId, catalogId: item.catalogId })}
      ${button('Reject', { action: 'reject-product', sku: item.skuId, catalogId: item.catalogId })}</td></tr>`,
    );
  return section('Products', ['SKU', 'Title', 'Review', 'TikTok decides'], rows);
}

function pixels(parts: ApiParts): Markup {
  const rows = Object.values(parts.store.state.pixels)
    .slice(-100)
    .map((item) => html`<tr><td>${item.name}</td><td><code>${item.pixelCode}</code></td><td><code>${item.testEventCode}</code></td></tr>`);
  return section('Events Manager: test event codes', ['Pixel', 'Code', 'Test event code'], rows);
}

function events(parts: ApiParts): Markup {
  const { pixels, trackedEvents } = parts.store.state;
  const names = new Map(Object.values(pixels).map((pixel) => [pixel.pixelCode, pixel.name]));
  const rows = countedEvents(trackedEvents.slice(-1_000))
    .slice(-50)
    .reverse()
    .map(
      (item) => html`<tr><td>${item.at}</td><td>${names.get(item.sourceId) ?? item.sourceId}</td><td>${item.event}</td>
      <td><code>${item.eventId}</code></td><td>${item.channels.join(' and ')}</td>
      <td>${item.arrivals}${item.dropped > 0 ? `, ${item.dropped} dropped` : ''}</td><td>${item.testEventCode}</td></tr>`,
    );
  return section('Events, as they count', ['When', 'Source', 'Event', 'Id', 'From', 'Copies', 'Test code'], rows);
}

function ledger(parts: ApiParts): Markup {
  const rows = parts.store.ledger
    .find({ limit: 50 })
    .reverse()
    .map(
      (
        entry,
      ) => html`<tr><td>${entry.at}</td><td>${entry.method} ${entry.path}</td><td>${entry.code ?? entry.httpStatus} ${entry.message}</td>
      <td>${entry.subjects.join(' ')}</td><td>${entry.fault ?? ''}</td></tr>`,
    );
  return section('Last requests', ['When', 'Call', 'Answer', 'About', 'Fault'], rows);
}

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:75rem;padding:0 1rem;color:#161823}table{border-collapse:collapse;width:100%}td,th{border-bottom:1px solid #ddd;padding:.4rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}form{display:inline-block;margin:.1rem}[role=status]{background:#e8f5e9;padding:.5rem 1rem}[role=alert]{background:#fdecea;padding:.5rem 1rem}';

function render(parts: ApiParts, notice: Markup): Markup {
  return html`<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
    <title>TikTok simulator</title><style>${STYLE}</style></head><body><h1>TikTok simulator</h1>
    <p>You are TikTok's reviewers, the creators and the clients. Simulated time: ${new Date(parts.store.clock.now()).toISOString()}</p>
    ${notice}${accounts(parts)}${partnerships(parts)}${links(parts)}${sparkPosts(parts)}${products(parts)}${ads(parts)}${pixels(parts)}${events(parts)}${ledger(parts)}</body></html>`;
}

/** The page for the people on TikTok's side: plain forms, everything escaped. */
export function pageRoutes(parts: ApiParts): Hono {
  const app = new Hono();
  app.get('/', (context) => {
    const done = context.req.query('done');
    return context.html(render(parts, done === undefined ? html`` : html`<p role="status">Done: ${done}</p>`));
  });
  app.get('/link-account', (context) => context.redirect('/#link'));
  app.post('/act', async (context) => {
    // A page elsewhere in the browser must not act here.
    const origin = context.req.header('origin');
    if (origin !== undefined && origin !== new URL(context.req.url).origin) return context.text('wrong origin', 403);
    const form = await context.req.parseBody();
    const fields = Object.fromEntries(
      Object.entries(form)
        .filter(([, value]) => value !== '')
        .map(([name, value]) => [name, name.endsWith('Ids') ? String(value).split(/[\s,]+/) : value]),
    );
    const parsed = personAction.safeParse(fields);
    if (!parsed.success) {
      const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ');
      return context.html(render(parts, html`<p role="alert">Not understood. ${faults}</p>`), 400);
    }
    try {
      const result = act(parts.store.state, parsed.data, parts.store.clock.now());
      parts.store.changed();
      const done = Object.keys(result).length === 0 ? parsed.data.action : `${parsed.data.action} ${JSON.stringify(result)}`;
      return context.redirect(`/?done=${encodeURIComponent(done)}`, 303);
    } catch (error) {
      if (!(error instanceof NotFoundByPerson)) throw error;
      return context.html(render(parts, html`<p role="alert">${error.message}</p>`), 404);
    }
  });
  return app;
}
