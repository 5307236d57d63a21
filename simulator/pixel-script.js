// A stand-in of TikTok's pixel script: takes over the queue that the base code made, and reports each call to the address it was loaded from.
(function () {
  var self = new URL(document.currentScript.src);
  var code = self.searchParams.get('sdkid');
  var name = window.TiktokAnalyticsObject || 'ttq';
  var queue = window[name] || [];
  var user = {};
  var held = false;
  var waiting = [];
  var loaded = (queue._o && queue._o[code]) || {};

  function cookie(wanted) {
    var found = document.cookie.split('; ').find((pair) => pair.startsWith(wanted + '='));
    return found && decodeURIComponent(found.slice(wanted.length + 1));
  }

  function visitor() {
    var known = cookie('_ttp');
    if (known) return known;
    var made = '2' + Array.from(crypto.getRandomValues(new Uint8Array(13)), (byte) => byte.toString(16).padStart(2, '0')).join('');
    document.cookie = '_ttp=' + made + '; path=/; max-age=33696000; samesite=lax';
    return made;
  }

  function report(event, properties, options) {
    if (held) return void waiting.push([event, properties, options]);
    var given = properties || {};
    var said = {
      pixel_code: code,
      event: event,
      event_id: (options && options.event_id) || '',
      timestamp: new Date().toISOString(),
      properties: given,
      limited_data_use: given.limited_data_use === true || loaded.limited_data_use === true,
      context: {
        page: { url: location.href, referrer: document.referrer },
        user: Object.assign({}, user, { ttp: visitor() }),
        ad: { callback: new URL(location.href).searchParams.get('ttclid') || '' },
      },
    };
    fetch(new URL('/api/v2/pixel', self), { method: 'POST', mode: 'no-cors', keepalive: true, body: JSON.stringify(said) }).catch(function () {});
  }

  var calls = {
    page: function (properties, options) { report('Pageview', properties, options); },
    track: report,
    identify: function (fields) { Object.assign(user, fields); },
    holdConsent: function () { held = true; },
    revokeConsent: function () { held = true; waiting.length = 0; },
    grantConsent: function () {
      held = false;
      waiting.splice(0).forEach(function (call) { report.apply(null, call); });
    },
  };

  function carryOut(call) {
    var method = calls[call[0]];
    if (method) method.apply(null, Array.prototype.slice.call(call, 1));
  }

  (queue._i && queue._i[code] ? queue._i[code] : []).concat(queue.splice(0)).forEach(carryOut);
  Object.keys(calls).forEach(function (method) { queue[method] = calls[method]; });
  queue.push = carryOut;
})();
