/**
 * What runs in a tenant's pages: reports each mapped dataLayer event to TikTok's pixel and to the event gateway, under one name and one id.
 * Plain ES5 syntax, because tag managers take nothing newer; no dependency; nothing is evaluated from text. docs/events.md explains each part.
 * KOBI_SETTINGS stands for what src/events/site/page-settings.ts makes.
 */
(function (settings) {
  // Pasted into the page and loaded by a tag manager too, it would report everything twice.
  if (window.kobiEvents) return;

  var NEEDED = ['ad_storage', 'ad_user_data'];
  var PARAMETERS = (
    'items contents value currency search_term search_string transaction_id order_id content_ids content_id ' +
    'content_type num_items description shop_id'
  ).split(' ');
  var ITEM_FIELDS = {
    content_id: ['item_id', 'content_id', 'id'],
    content_name: ['item_name', 'content_name', 'name'],
    content_category: ['item_category', 'content_category'],
    brand: ['item_brand', 'brand'],
    price: ['price'],
    quantity: ['quantity'],
  };
  var PERSON = {
    email: ['email', 'sha256_email_address'],
    phone: ['phone', 'phone_number', 'sha256_phone_number'],
    external_id: ['external_id', 'user_id'],
  };
  var CLICK_COOKIE = 'kobi_ttclid';
  var CLICK_DAYS = 28;
  var SENT_KEY = 'kobi_sent_' + settings.pixel;
  var ID_KEY = 'kobi_id_' + settings.pixel + '_';
  var RETRY_MS = [1000, 5000, 30000];
  var MAX_WAITING = 100;
  var MAX_KEEPALIVE = 60000;

  var own = document.currentScript;
  var nonce = (own && (own.nonce || own.getAttribute('nonce'))) || '';
  var eventOf = {};
  Object.keys(settings.events).forEach(function (event) {
    settings.events[event].forEach(function (name) {
      eventOf[name] = event;
    });
  });

  var consent = {};
  var refused = false;
  var waiting = [];
  var loaded = false;
  var person = {};
  var hashing = Promise.resolve();
  var reportedPage;
  var tellingUnmapped = {};

  function saysNothing(value) {
    return value === undefined || value === null || /^(undefined|null|\[object object\])?$/i.test(String(value).trim());
  }

  function firstOf(fields, names) {
    for (var at = 0; at < names.length; at += 1) {
      var value = fields[names[at]];
      if (Array.isArray(value) && names[at] !== 'content_ids') value = value[0];
      if (!saysNothing(value)) return value;
    }
    return undefined;
  }

  function isFields(value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  }

  /** Without the fields that are undefined. */
  function known(fields) {
    Object.keys(fields).forEach(function (field) {
      if (fields[field] === undefined) delete fields[field];
    });
    return fields;
  }

  function number(value) {
    var read = typeof value === 'number' ? value : saysNothing(value) ? NaN : Number(String(value).trim());
    return isFinite(read) && read >= 0 ? read : undefined;
  }

  /** What the work makes; undefined where the browser or what it kept does not allow it. */
  function attempt(work) {
    try {
      return work();
    } catch (error) {
      console.debug('Kobi events: ' + error);
      return undefined;
    }
  }

  function decoded(text) {
    return attempt(function () {
      return decodeURIComponent(text);
    });
  }

  function cookie(name) {
    var found = document.cookie.split('; ').filter(function (pair) {
      return pair.indexOf(name + '=') === 0;
    })[0];
    return found && decoded(found.slice(name.length + 1));
  }

  // The widest domain that the browser allows, so that a shop's checkout on another subdomain reads it too.
  function keepCookie(name, value, days) {
    var parts = location.hostname.split('.');
    for (var from = parts.length - 1; from >= -1; from -= 1) {
      var domain = from < 0 ? '' : '; domain=' + parts.slice(from).join('.');
      var secure = location.protocol === 'https:' ? '; secure' : '';
      document.cookie = name + '=' + encodeURIComponent(value) + '; path=/; max-age=' + days * 86400 + '; samesite=lax' + domain + secure;
      if (cookie(name) === value) return;
    }
  }

  function stored(store, key) {
    return attempt(function () {
      return store().getItem(key);
    });
  }

  // A browser that keeps nothing only loses its memory of what was sent; TikTok still drops the repetition by its id.
  function keep(store, key, value) {
    attempt(function () {
      store().setItem(key, value);
    });
  }

  function local() {
    return window.localStorage;
  }

  function session() {
    return window.sessionStorage;
  }

  function clickIdIn(address) {
    var found = /[?&]ttclid=([^&#\s]{1,1024})/.exec(address);
    return found ? decoded(found[1]) : undefined;
  }

  // From the page's own address, and from the referrer only when it is of the same host.
  var sameHost = document.referrer.split('/')[2] === location.host;
  var landed = clickIdIn(location.href) || (sameHost ? clickIdIn(document.referrer) : undefined);

  function clickId() {
    if (landed && cookie(CLICK_COOKIE) !== landed) keepCookie(CLICK_COOKIE, landed, CLICK_DAYS);
    return landed || cookie(CLICK_COOKIE);
  }

  function may() {
    return (
      settings.consent === 'tag_manager' ||
      NEEDED.every(function (name) {
        return consent[name] === 'granted' || (consent[name] === undefined && settings.consent === 'assumed');
      })
    );
  }

  function consentSaid(kind, said) {
    NEEDED.concat('ad_personalization').forEach(function (name) {
      if (said[name] !== 'granted' && said[name] !== 'denied') return;
      // Where the person is, a page cannot know: a denial for some regions counts for all, a grant for some for none.
      if (said.region && said[name] === 'granted') return;
      consent[name] = said[name];
    });
    if (kind === 'update') {
      refused = NEEDED.some(function (name) {
        return consent[name] === 'denied';
      });
      if (refused) waiting = [];
    }
    if (loaded) window.ttq[may() ? 'grantConsent' : 'revokeConsent']();
    if (may()) waiting.splice(0).forEach(report);
  }

  /** What the gateway is told; a tag manager has asked for both before its tag ran. */
  function consentToSay() {
    if (settings.consent !== 'tag_manager') return Object.keys(consent).length > 0 ? consent : undefined;
    return { ad_storage: 'granted', ad_user_data: 'granted', ad_personalization: consent.ad_personalization };
  }

  function limited() {
    return settings.limited || consent.ad_personalization === 'denied';
  }

  // The queue that TikTok's script takes over when it has loaded; its names are TikTok's.
  function queue() {
    window.TiktokAnalyticsObject = 'ttq';
    var ttq = (window.ttq = window.ttq || []);
    if (ttq.load) return ttq;
    ttq.methods = (
      'page track identify instances debug on off once ready alias group enableCookie disableCookie holdConsent revokeConsent grantConsent'
    ).split(' ');
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

  function pixel() {
    var ttq = queue();
    if (!loaded && !(ttq._i && ttq._i[settings.pixel])) ttq.load(settings.pixel, settings.limited ? { limited_data_use: true } : {});
    loaded = true;
    return ttq;
  }

  function random() {
    return Array.prototype.map
      .call(crypto.getRandomValues(new Uint8Array(16)), function (byte) {
        return (byte + 256).toString(16).slice(1);
      })
      .join('');
  }

  function sha256(text) {
    return crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)).then(function (bytes) {
      return Array.prototype.map
        .call(new Uint8Array(bytes), function (byte) {
          return (byte + 256).toString(16).slice(1);
        })
        .join('');
    });
  }

  // Trimming and case as TikTok hashes it; a phone number needs its country code, because a page has no list of countries.
  function normal(field, value) {
    var text = String(value).trim();
    if (/^[0-9a-f]{64}$/i.test(text)) return { hash: text.toLowerCase() };
    if (field === 'email') return /^[^\s@]+@[^\s@]+$/.test(text) ? { plain: text.toLowerCase() } : undefined;
    if (field === 'external_id') return { plain: text };
    var digits = text.replace(/[\s()./-]/g, '');
    return /^\+[1-9]\d{6,14}$/.test(digits) ? { plain: digits } : undefined;
  }

  // Raw identifiers never leave the page: what cannot be hashed here is left out.
  function identify(fields) {
    Object.keys(PERSON).forEach(function (field) {
      var value = firstOf(fields, PERSON[field]);
      var read = value === undefined ? undefined : normal(field, value);
      if (!read || (!read.hash && !(window.crypto && crypto.subtle))) return;
      hashing = hashing
        .then(function () {
          return read.hash || sha256(read.plain);
        })
        .then(function (hash) {
          person[field] = hash;
        }, warn);
    });
  }

  function warn(error) {
    console.warn('Kobi events: ' + (error && error.message ? error.message : error));
  }

  function contentOf(item) {
    var content = {};
    Object.keys(ITEM_FIELDS).forEach(function (field) {
      var value = firstOf(item, ITEM_FIELDS[field]);
      if (field === 'quantity') content.quantity = value === undefined ? 1 : number(value);
      else if (field === 'price') content.price = number(value);
      else if (value !== undefined) content[field] = String(value);
    });
    return content;
  }

  function sumOf(contents) {
    return contents.reduce(function (sum, content) {
      return sum === undefined || content.price === undefined || !content.quantity ? undefined : sum + content.price * content.quantity;
    }, 0);
  }

  /** The properties of the browser's event, as the gateway's rules make them of the same parameters. */
  function propertiesOf(params) {
    var items = Array.isArray(params.items) ? params.items : Array.isArray(params.contents) ? params.contents : [];
    var contents = items.filter(isFields).map(contentOf);
    var ids = firstOf(params, ['content_ids', 'content_id']);
    var value = number(params.value);
    if (value === undefined && contents.length > 0) value = sumOf(contents);
    var said = known({
      currency: firstOf(params, ['currency']) || (items[0] && items[0].currency) || (value === undefined ? undefined : settings.currency),
      value: value === undefined ? undefined : Math.round(value * 100) / 100,
      contents: contents.length > 0 ? contents : undefined,
      content_ids: contents.length > 0 || ids === undefined ? undefined : [].concat(ids).map(String),
      content_type: firstOf(params, ['content_type']),
      search_string: firstOf(params, ['search_term', 'search_string']),
      order_id: firstOf(params, ['transaction_id', 'order_id']),
      description: firstOf(params, ['description']),
      limited_data_use: limited() || undefined,
    });
    if (!said.content_type && (said.contents || said.content_ids)) said.content_type = settings.contentType;
    return said;
  }

  function sentMarks() {
    var marks = attempt(function () {
      return JSON.parse(stored(local, SENT_KEY) || '[]');
    });
    return Array.isArray(marks) ? marks : [];
  }

  function wasSent(mark) {
    return sentMarks().indexOf(mark) >= 0;
  }

  function remember(mark) {
    if (!wasSent(mark)) keep(local, SENT_KEY, JSON.stringify(sentMarks().concat(mark).slice(-200)));
  }

  // A purchase of which the page knows neither an event id nor an order number keeps the id that was made for it when the page is reloaded.
  function keptId(about, made) {
    var text = JSON.stringify(about);
    var mark = 0;
    for (var at = 0; at < text.length; at += 1) mark = (mark * 31 + text.charCodeAt(at)) % 4294967291;
    var known = stored(session, ID_KEY + mark);
    if (!known) keep(session, ID_KEY + mark, made);
    return known || made;
  }

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
    // Browsers refuse more than 64 kB that outlive their page; what is tried again is not in such a hurry.
    var outlives = keepalive && tried === 0 && said.length <= MAX_KEEPALIVE;
    fetch(address, { method: 'POST', body: said, keepalive: outlives, credentials: 'omit', headers: headers }).then(function (answer) {
      if (answer.status === 429 || answer.status >= 500) return again();
      if (answer.ok) return done();
      return answer.text().then(warn);
    }, again);
  }

  /** Without the parameters that hold a mail address. */
  function withoutMail(address) {
    return address && address.replace(/([?&#])[^?&#=]*=[^?&#]*(?:@|%40)[^?&#]*/gi, '$1');
  }

  function toGateway(happened, user, mark) {
    var params = {};
    if (happened.event) {
      PARAMETERS.forEach(function (name) {
        if (happened.params[name] !== undefined) params[name] = happened.params[name];
      });
      params.page_location = withoutMail(happened.page);
      params.page_referrer = withoutMail(happened.referrer);
    }
    var said = {
      name: happened.name,
      event_id: happened.id,
      timestamp: happened.at,
      source: 'web',
      params: params,
      user: happened.event ? user : {},
      consent: consentToSay(),
      limited_data_use: limited() || undefined,
    };
    var done = function () {
      if (happened.event === 'Purchase') remember(mark);
    };
    post(JSON.stringify({ events: [said] }), 0, done, function () {
      warn(happened.name + ' ' + happened.id + ' did not reach the gateway');
    });
  }

  function toPixel(happened) {
    var ttq = pixel();
    if (Object.keys(person).length > 0) ttq.identify(known({ email: person.email, phone_number: person.phone, external_id: person.external_id }));
    var properties = propertiesOf(happened.params);
    if (happened.event === 'Pageview') ttq.page(properties, { event_id: happened.id });
    else ttq.track(happened.event, properties, { event_id: happened.id });
  }

  function send(happened) {
    var purchase = happened.event === 'Purchase';
    if (purchase && happened.made) happened.id = keptId([happened.name, location.pathname, happened.params], happened.id);
    // A reload must not report a purchase again, but may bring to the gateway what never arrived there.
    var atPixel = 'pixel ' + happened.id;
    var atGateway = 'gateway ' + happened.id;
    var user = { ttclid: clickId(), ttp: cookie('_ttp') };
    Object.keys(person).forEach(function (field) {
      user[field] = person[field];
    });
    if (happened.event && !(purchase && wasSent(atPixel))) {
      toPixel(happened);
      if (purchase) remember(atPixel);
    }
    if (settings.gateway && !(purchase && wasSent(atGateway))) toGateway(happened, user, atGateway);
  }

  function report(happened) {
    hashing = hashing
      .then(function () {
        // What was refused while identifiers were hashed stays here.
        if (may()) send(happened);
      })
      .then(undefined, warn);
  }

  function offer(happened) {
    if (may()) report(happened);
    else if (!refused && waiting.length < MAX_WAITING) waiting.push(happened);
  }

  /** @param push the object that was pushed; undefined for a command, which belongs to Google's own script and stays as it is */
  function happen(name, params, push) {
    var event = Object.prototype.hasOwnProperty.call(eventOf, name) ? eventOf[name] : undefined;
    if (event === undefined) {
      if (name.indexOf('gtm.') === 0 || !/^[A-Za-z][A-Za-z0-9_ .:-]{0,63}$/.test(name)) return;
      if (settings.ignored.indexOf(name) >= 0 || tellingUnmapped[name] === true) return;
      tellingUnmapped[name] = true;
      return offer({ name: name, id: random(), at: new Date().toISOString() });
    }
    var page = firstOf(params, ['page_location']) || location.href;
    if (event === 'Pageview') {
      if (reportedPage === page) return;
      reportedPage = page;
    }
    var given = firstOf(params, ['event_id']);
    if (given === undefined && event === 'Purchase') given = firstOf(params, ['transaction_id', 'order_id']);
    var id = given === undefined ? random() : String(given);
    // Whoever else listens, a tag manager's server tag for instance, finds the same id.
    if (push && saysNothing(push.event_id)) push.event_id = id;
    if (isFields(params.user_data)) identify(params.user_data);
    if (isFields(params.user)) identify(params.user);
    if (!saysNothing(params.user_id)) identify({ user_id: params.user_id });
    offer({
      name: name,
      event: event,
      id: id,
      made: given === undefined,
      params: params,
      at: new Date().toISOString(),
      page: page,
      referrer: firstOf(params, ['page_referrer']) || document.referrer || undefined,
    });
  }

  function isCommand(entry) {
    return Object.prototype.toString.call(entry) === '[object Arguments]' || Array.isArray(entry);
  }

  function carryOut(entry, listening) {
    if (isCommand(entry)) {
      if (entry[0] === 'consent' && isFields(entry[2])) consentSaid(entry[1], entry[2]);
      else if (entry[0] === 'set' && entry[1] === 'user_data' && isFields(entry[2])) identify(entry[2]);
      else if (entry[0] === 'event' && listening) happen(String(entry[1]), isFields(entry[2]) ? entry[2] : {});
    } else if (isFields(entry) && typeof entry.event === 'string' && listening) {
      happen(entry.event, Object.assign({}, entry.ecommerce, entry), entry);
    }
  }

  function seen(entry, listening) {
    try {
      carryOut(entry, listening);
    } catch (error) {
      warn(error);
    }
  }

  var layer = (window.dataLayer = window.dataLayer || []);
  var before = layer.push;
  layer.push = function () {
    // Before the others, so that they find the event's id.
    for (var at = 0; at < arguments.length; at += 1) seen(arguments[at], settings.listen);
    return before.apply(layer, arguments);
  };
  window.kobiEvents = {
    /** A tag of the tag manager fired: the event is looked up by the number that the tag manager gave it. */
    fired: function (eventNumber, name) {
      var unnumbered;
      for (var at = layer.length - 1; at >= 0; at -= 1) {
        var entry = layer[at];
        if (!entry || (entry.event !== name && !(entry[0] === 'event' && entry[1] === name))) continue;
        var numbered = entry['gtm.uniqueEventId'] || (entry[2] && entry[2]['gtm.uniqueEventId']);
        if (numbered !== undefined && numbered === eventNumber) return seen(entry, true);
        if (numbered === undefined && unnumbered === undefined) unnumbered = entry;
      }
      if (unnumbered === undefined) warn('the dataLayer holds no event ' + name);
      else seen(unnumbered, true);
    },
  };
  // Consent first: it may stand behind events that were pushed before this code ran.
  function isConsent(entry) {
    return isCommand(entry) && entry[0] === 'consent';
  }
  layer.filter(isConsent).forEach(function (entry) {
    seen(entry, settings.listen);
  });
  layer.forEach(function (entry) {
    if (!isConsent(entry)) seen(entry, settings.listen);
  });
  function ownPage() {
    if (reportedPage === undefined) seen({ event: 'page_view' }, true);
  }
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', ownPage);
  else setTimeout(ownPage, 0);
})(KOBI_SETTINGS);
