/** What the visitor allows, by Google's consent commands in the dataLayer, and what waits for their answer. */
(function (kobi) {
  var settings = kobi.settings;
  var NEEDED = ['ad_storage', 'ad_user_data'];
  var MOST_WAITING = 100;
  var consent = {};
  var refused = false;
  var waiting = [];

  kobi.mayReport = function () {
    return (
      settings.consent === 'tag_manager' ||
      NEEDED.every(function (name) {
        return consent[name] === 'granted' || (consent[name] === undefined && settings.consent === 'assumed');
      })
    );
  };

  kobi.consentSaid = function (kind, said) {
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
    kobi.tellPixelOfConsent();
    if (kobi.mayReport()) waiting.splice(0).forEach(kobi.report);
  };

  /** Reports it now, or when the visitor allows it, or never. */
  kobi.offer = function (happened) {
    if (kobi.mayReport()) kobi.report(happened);
    else if (!refused && waiting.length < MOST_WAITING) waiting.push(happened);
  };

  /** What the gateway is told; a tag manager has asked for both before its tag ran. */
  kobi.consentToSay = function () {
    if (settings.consent !== 'tag_manager') return Object.keys(consent).length > 0 ? consent : undefined;
    return { ad_storage: 'granted', ad_user_data: 'granted', ad_personalization: consent.ad_personalization };
  };

  /** Whether TikTok is asked for limited data use. */
  kobi.limited = function () {
    return settings.limited || consent.ad_personalization === 'denied';
  };
})(KOBI);
