/** Who it is, hashed: raw identifiers never leave the page, and what cannot be hashed here is left out. */
(function (kobi) {
  var FIELDS = {
    email: ['email', 'sha256_email_address'],
    phone: ['phone', 'phone_number', 'sha256_phone_number'],
    external_id: ['external_id', 'user_id'],
  };

  /** The hashes that are known by now. */
  kobi.person = {};
  /** Whatever is reported waits for the hashes that were begun before it. */
  kobi.hashing = Promise.resolve();

  function sha256(text) {
    return crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)).then(function (bytes) {
      return kobi.hex(new Uint8Array(bytes));
    });
  }

  // Trimming and case as TikTok hashes it; a phone number needs its country code, because a page has no list of countries.
  function normal(field, value) {
    var text = String(value).trim();
    if (/^[0-9a-f]{64}$/i.test(text)) return { hash: text.toLowerCase() };
    if (field === 'email') return /^[^\s@]+@[^\s@]+$/.test(text) ? { plain: text.toLowerCase() } : undefined;
    if (field === 'external_id') return { plain: text };
    // The zero that many write in brackets is dialled within the country only; in Italy it belongs to the number.
    var international = text.startsWith('+39') ? text : text.replace('(0)', '');
    var digits = international.replace(/[\s()./-]/g, '');
    return /^\+[1-9]\d{6,14}$/.test(digits) ? { plain: digits } : undefined;
  }

  kobi.identify = function (fields) {
    Object.keys(FIELDS).forEach(function (field) {
      var value = kobi.firstOf(fields, FIELDS[field]);
      var read = value === undefined ? undefined : normal(field, value);
      if (!read || (!read.hash && !(window.crypto && crypto.subtle))) return;
      kobi.hashing = kobi.hashing
        .then(function () {
          return read.hash || sha256(read.plain);
        })
        .then(function (hash) {
          kobi.person[field] = hash;
        }, kobi.warn);
    });
  };
})(KOBI);
