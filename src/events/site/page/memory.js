/** What the browser keeps of ours: the click's id in a cookie, purchases that were sent, and ids that were made for purchases. */
(function (kobi) {
  var CLICK_COOKIE = 'kobi_ttclid';
  var CLICK_DAYS = 28;
  var SENT_KEY = 'kobi_sent_' + kobi.settings.pixel;
  var MOST_SENT = 200;
  var ID_KEY = 'kobi_id_' + kobi.settings.pixel + '_';

  kobi.cookie = function (name) {
    var found = document.cookie.split('; ').filter(function (pair) {
      return pair.indexOf(name + '=') === 0;
    })[0];
    return found && kobi.decoded(found.slice(name.length + 1));
  };

  // The widest domain that the browser allows, so that a shop's checkout on another subdomain reads it too.
  function keepCookie(name, value, days) {
    var parts = location.hostname.split('.');
    for (var from = parts.length - 1; from >= -1; from -= 1) {
      var domain = from < 0 ? '' : '; domain=' + parts.slice(from).join('.');
      var secure = location.protocol === 'https:' ? '; secure' : '';
      document.cookie = name + '=' + encodeURIComponent(value) + '; path=/; max-age=' + days * 86400 + '; samesite=lax' + domain + secure;
      if (kobi.cookie(name) === value) return;
    }
  }

  function clickIdIn(address) {
    var found = /[?&]ttclid=([^&#\s]{1,1024})/.exec(address);
    return found ? kobi.decoded(found[1]) : undefined;
  }

  // From the page's own address, and from the referrer only when it is of the same host.
  var sameHost = document.referrer.split('/')[2] === location.host;
  var landed = clickIdIn(location.href) || (sameHost ? clickIdIn(document.referrer) : undefined);

  /** TikTok's click id, of this page or of the one on which the visitor landed. Only for events that consent allows: it is kept here. */
  kobi.clickId = function () {
    if (landed && kobi.cookie(CLICK_COOKIE) !== landed) keepCookie(CLICK_COOKIE, landed, CLICK_DAYS);
    return landed || kobi.cookie(CLICK_COOKIE);
  };

  function marks() {
    var kept = kobi.attempt(function () {
      return JSON.parse(window.localStorage.getItem(SENT_KEY) || '[]');
    });
    return Array.isArray(kept) ? kept : [];
  }

  kobi.wasSent = function (mark) {
    return marks().indexOf(mark) >= 0;
  };

  // A browser that keeps nothing only loses its memory of what was sent; TikTok still drops the repetition by its id.
  kobi.rememberSent = function (mark) {
    if (kobi.wasSent(mark)) return;
    kobi.attempt(function () {
      window.localStorage.setItem(SENT_KEY, JSON.stringify(marks().concat(mark).slice(-MOST_SENT)));
    });
  };

  /** A purchase of which the page knows neither an event id nor an order number keeps the id that was made for it when it is loaded again. */
  kobi.keptId = function (about, made) {
    var text = JSON.stringify(about);
    var sum = 0;
    for (var at = 0; at < text.length; at += 1) sum = (sum * 31 + text.charCodeAt(at)) % 4294967291;
    var kept = kobi.attempt(function () {
      return window.sessionStorage.getItem(ID_KEY + sum);
    });
    if (kept) return kept;
    kobi.attempt(function () {
      window.sessionStorage.setItem(ID_KEY + sum, made);
    });
    return made;
  };
})(KOBI);
