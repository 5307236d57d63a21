/** TikTok's base code: the queue that its script takes over when it has loaded. The names in it are TikTok's. */
(function (kobi) {
  var settings = kobi.settings;
  var METHODS =
    'page track identify instances debug on off once ready alias group enableCookie disableCookie holdConsent revokeConsent grantConsent';
  var own = document.currentScript;
  var nonce = (own && (own.nonce || own.getAttribute('nonce'))) || '';
  var loaded = false;

  function queue() {
    window.TiktokAnalyticsObject = 'ttq';
    var ttq = (window.ttq = window.ttq || []);
    if (ttq.load) return ttq;
    ttq.methods = METHODS.split(' ');
    ttq.setAndDefer = function (target, method) {
      target[method] = function () {
        target.push([method].concat(Array.prototype.slice.call(arguments)));
      };
    };
    ttq.methods.forEach(function (method) {
      ttq.setAndDefer(ttq, method);
    });
    ttq.instance = function (code) {
      var queued = (ttq._i && ttq._i[code]) || [];
      ttq.methods.forEach(function (method) {
        ttq.setAndDefer(queued, method);
      });
      return queued;
    };
    ttq.load = function (code, options) {
      ttq._i = ttq._i || {};
      ttq._i[code] = [];
      ttq._i[code]._u = settings.script;
      ttq._t = ttq._t || {};
      ttq._t[code] = Date.now();
      ttq._o = ttq._o || {};
      ttq._o[code] = options || {};
      var script = document.createElement('script');
      script.async = true;
      if (nonce) script.nonce = nonce;
      script.src = settings.script + '?sdkid=' + encodeURIComponent(code) + '&lib=ttq';
      document.head.appendChild(script);
    };
    return ttq;
  }

  /** Loads TikTok's script with the first event that consent allows. */
  function pixel() {
    var ttq = queue();
    if (!loaded && !(ttq._i && ttq._i[settings.pixel])) ttq.load(settings.pixel, settings.limited ? { limited_data_use: true } : {});
    loaded = true;
    return ttq;
  }

  kobi.tellPixelOfConsent = function () {
    if (loaded) window.ttq[kobi.mayReport() ? 'grantConsent' : 'revokeConsent']();
  };

  kobi.toPixel = function (happened) {
    var ttq = pixel();
    var person = kobi.known({ email: kobi.person.email, phone_number: kobi.person.phone, external_id: kobi.person.external_id });
    if (Object.keys(person).length > 0) ttq.identify(person);
    var properties = kobi.propertiesOf(happened.params);
    if (happened.event === 'Pageview') ttq.page(properties, { event_id: happened.id });
    else ttq.track(happened.event, properties, { event_id: happened.id });
  };
})(KOBI);
