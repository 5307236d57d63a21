/** The same event to Kobi's event gateway, under the same id at every attempt. */
(function (kobi) {
  var settings = kobi.settings;
  var PARAMETERS = (
    'items contents value currency search_term search_string transaction_id order_id content_ids content_id ' +
    'content_type num_items description shop_id'
  ).split(' ');
  var RETRY_MS = [1000, 5000, 30000];
  /** Browsers refuse more than 64 kB that outlive their page. */
  var MOST_OUTLIVING = 60000;

  function post(said, tried, done, failed) {
    var again = function () {
      if (tried >= RETRY_MS.length) return failed();
      setTimeout(post, RETRY_MS[tried], said, tried + 1, done, failed);
    };
    var address = settings.gateway + '?key=' + encodeURIComponent(settings.key);
    var keepalive = typeof Request === 'function' && 'keepalive' in Request.prototype;
    if (!keepalive && navigator.sendBeacon && navigator.sendBeacon(address, said)) return done();
    // A plain text body needs no preflight, which a page that is being left could not wait for.
    var headers = { 'content-type': 'text/plain;charset=UTF-8' };
    var outlives = keepalive && tried === 0 && said.length <= MOST_OUTLIVING;
    fetch(address, { method: 'POST', body: said, keepalive: outlives, credentials: 'omit', headers: headers }).then(function (answer) {
      if (answer.status === 429 || answer.status >= 500) return again();
      if (answer.ok) return done();
      return answer.text().then(kobi.warn);
    }, again);
  }

  /** Without the parameters that hold a mail address. */
  function withoutMail(address) {
    return address && address.replace(/([?&#])[^?&#=]*=[^?&#]*(?:@|%40)[^?&#]*/gi, '$1');
  }

  function paramsOf(happened) {
    var params = {};
    PARAMETERS.forEach(function (name) {
      var value = happened.params[name];
      if (value !== undefined && !(typeof value === 'string' && kobi.holdsMail(value))) params[name] = value;
    });
    params.page_location = withoutMail(happened.page);
    params.page_referrer = withoutMail(happened.referrer);
    return params;
  }

  function userOf() {
    return Object.assign({ ttclid: kobi.clickId(), ttp: kobi.cookie('_ttp') }, kobi.person);
  }

  /** @param done called when the gateway has it */
  kobi.toGateway = function (happened, done) {
    if (!settings.gateway) return;
    // Of an event that nobody mapped only its name is told.
    var mapped = happened.event !== undefined;
    var said = {
      name: happened.name,
      event_id: happened.id,
      timestamp: happened.at,
      source: 'web',
      params: mapped ? paramsOf(happened) : {},
      user: mapped ? userOf() : {},
      consent: kobi.consentToSay(),
      limited_data_use: kobi.limited() || undefined,
    };
    post(JSON.stringify({ events: [said] }), 0, done, function () {
      kobi.warn(happened.name + ' ' + happened.id + ' did not reach the gateway');
    });
  };
})(KOBI);
