/** Looks at every push into the dataLayer, those before this code included. */
(function (kobi) {
  var listen = kobi.settings.listen;
  var layer = (window.dataLayer = window.dataLayer || []);

  function isCommand(entry) {
    return Object.prototype.toString.call(entry) === '[object Arguments]' || Array.isArray(entry);
  }

  function isConsent(entry) {
    return isCommand(entry) && entry[0] === 'consent';
  }

  function carryOut(entry, listening) {
    if (isCommand(entry)) {
      if (entry[0] === 'consent' && kobi.isFields(entry[2])) kobi.consentSaid(entry[1], entry[2]);
      else if (entry[0] === 'set' && entry[1] === 'user_data' && kobi.isFields(entry[2])) kobi.identify(entry[2]);
      else if (entry[0] === 'event' && listening) kobi.happen(String(entry[1]), kobi.isFields(entry[2]) ? entry[2] : {});
    } else if (kobi.isFields(entry) && typeof entry.event === 'string' && listening) {
      kobi.happen(entry.event, Object.assign({}, entry.ecommerce, entry), entry);
    }
  }

  /** Whatever goes wrong here, the page's push goes on. */
  function seen(entry, listening) {
    try {
      carryOut(entry, listening);
    } catch (error) {
      kobi.warn(error);
    }
  }

  var before = layer.push;
  layer.push = function () {
    // Before the others, so that they find the event's id.
    for (var at = 0; at < arguments.length; at += 1) seen(arguments[at], listen);
    return before.apply(layer, arguments);
  };

  window.kobiEvents = {
    /** A tag of the tag manager fired: the push is looked up by the number that the tag manager gave it. */
    fired: function (eventNumber, name) {
      var unnumbered;
      for (var at = layer.length - 1; at >= 0; at -= 1) {
        var entry = layer[at];
        if (!entry || (entry.event !== name && !(entry[0] === 'event' && entry[1] === name))) continue;
        var numbered = entry['gtm.uniqueEventId'] || (entry[2] && entry[2]['gtm.uniqueEventId']);
        if (numbered !== undefined && numbered === eventNumber) return seen(entry, true);
        if (numbered === undefined && unnumbered === undefined) unnumbered = entry;
      }
      if (unnumbered === undefined) return kobi.warn('the dataLayer holds no event ' + name);
      return seen(unnumbered, true);
    },
  };

  // Consent first: it may stand behind events that were pushed before this code ran.
  layer.filter(isConsent).forEach(function (entry) {
    seen(entry, listen);
  });
  layer.forEach(function (entry) {
    if (!isConsent(entry)) seen(entry, listen);
  });
  function pageIsReady() {
    kobi.happenPage();
  }
  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', pageIsReady);
  else setTimeout(pageIsReady, 0);
})(KOBI);
