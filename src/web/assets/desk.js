// Progressive: every page works without this file.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.includes(`kobi_zone=${zone}`)) {
  document.cookie = `kobi_zone=${zone}; path=/; max-age=31536000; samesite=lax`;
}
// A sign-in link carries its token behind the #, which no server sees; the form takes it from there.
const token = document.querySelector('input[name=token][data-from-hash]');
if (token && location.hash.length > 1) {
  token.value = decodeURIComponent(location.hash.slice(1));
  history.replaceState(null, '', location.pathname + location.search);
  token.form.requestSubmit();
}
document.addEventListener('htmx:configRequest', (event) => {
  const csrf = document.querySelector('meta[name=csrf-token]');
  if (csrf) event.detail.headers['x-csrf-token'] = csrf.content;
});
// A double click sends one decision.
document.addEventListener('submit', (event) => {
  const form = event.target;
  if (form.dataset.sent === 'yes') event.preventDefault();
  form.dataset.sent = 'yes';
  setTimeout(() => delete form.dataset.sent, 4000);
});
// A live part that somebody types in or has unfolded stays as it is; a note says that it changed.
document.addEventListener('htmx:beforeRequest', (event) => {
  const part = event.target.closest?.('[data-live]');
  if (!part) return;
  const busy =
    part.dataset.live === 'note' ||
    part.querySelector('details[open]') ||
    [...part.querySelectorAll('input:not([type=hidden]), textarea')].some((field) => field.value !== field.defaultValue) ||
    (part.contains(document.activeElement) && document.activeElement.matches('input, textarea, select, button'));
  const note = part.parentElement.querySelector('[data-stale]');
  if (busy) event.preventDefault();
  if (note) note.hidden = !busy;
});
// A field that is there to be copied is selected whole by one click.
document.addEventListener('click', (event) => {
  if (event.target.matches?.('[data-copy]')) event.target.select();
});
