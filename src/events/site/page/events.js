/** What happened in the page: which event it is, under which id, and that it is reported once on each side. */
(function (kobi) {
  var settings = kobi.settings;
  var eventOf = {};
  Object.keys(settings.events).forEach(function (event) {
    settings.events[event].forEach(function (name) {
      eventOf[name] = event;
    });
  });
  var reportedPage;
  var named = {};

  function send(happened) {
    if (happened.event !== 'Purchase') {
      if (happened.event !== undefined) kobi.toPixel(happened);
      return kobi.toGateway(happened, function () {});
    }
    if (happened.made) happened.id = kobi.keptId([happened.name, location.pathname, happened.params], happened.id);
    // A reload must not report a purchase again, but may bring to the gateway what never arrived there.
    var atPixel = 'pixel ' + happened.id;
    var atGateway = 'gateway ' + happened.id;
    if (!kobi.wasSent(atPixel)) {
      kobi.toPixel(happened);
      kobi.rememberSent(atPixel);
    }
    if (kobi.wasSent(atGateway)) return undefined;
    return kobi.toGateway(happened, function () {
      kobi.rememberSent(atGateway);
    });
  }

  kobi.report = function (happened) {
    kobi.hashing = kobi.hashing
      .then(function () {
        // What was refused while identifiers were hashed stays here.
        if (kobi.mayReport()) send(happened);
      })
      .then(undefined, kobi.warn);
  };

  /** A name that nobody mapped is told once per page. */
  function happenUnmapped(name) {
    if (name.indexOf('gtm.') === 0 || !/^[A-Za-z][A-Za-z0-9_ .:-]{0,63}$/.test(name)) return;
    if (settings.ignored.indexOf(name) >= 0 || named[name] === true) return;
    named[name] = true;
    kobi.offer({ name: name, id: kobi.random(), at: new Date().toISOString() });
  }

  function identifyBy(params) {
    if (kobi.isFields(params.user_data)) kobi.identify(params.user_data);
    if (kobi.isFields(params.user)) kobi.identify(params.user);
    if (!kobi.saysNothing(params.user_id)) kobi.identify({ user_id: params.user_id });
  }

  /** An id that was given; one that holds a mail address must not leave the page, and the gateway would refuse the event for it. */
  function idIn(params, names) {
    var id = kobi.firstOf(params, names);
    return id === undefined || kobi.holdsMail(String(id)) ? undefined : id;
  }

  /** @param push the object that was pushed; undefined for a command, which belongs to Google's own script and stays as it is */
  kobi.happen = function (name, params, push) {
    if (!Object.prototype.hasOwnProperty.call(eventOf, name)) return happenUnmapped(name);
    var event = eventOf[name];
    var page = kobi.firstOf(params, ['page_location']) || location.href;
    if (event === 'Pageview') {
      if (reportedPage === page) return undefined;
      reportedPage = page;
    }
    var given = idIn(params, ['event_id']);
    if (given === undefined && event === 'Purchase') given = idIn(params, ['transaction_id', 'order_id']);
    var id = given === undefined ? kobi.random() : String(given);
    // Whoever else listens, a tag manager's server tag for instance, finds the same id.
    if (push && kobi.saysNothing(push.event_id)) push.event_id = id;
    identifyBy(params);
    return kobi.offer({
      name: name,
      event: event,
      id: id,
      made: given === undefined,
      params: params,
      at: new Date().toISOString(),
      page: page,
      referrer: kobi.firstOf(params, ['page_referrer']) || document.referrer || undefined,
    });
  };

  /** The page itself, where the dataLayer did not report it. */
  kobi.happenPage = function () {
    if (reportedPage === undefined) kobi.happen('page_view', {});
  };
})(KOBI);
