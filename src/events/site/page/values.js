/** What a field says, or that it says nothing; and what else every part needs. */
(function (kobi) {
  kobi.warn = function (error) {
    console.warn('Kobi events: ' + (error && error.message ? error.message : error));
  };

  /** What the work makes; undefined where the browser, or what it kept, does not allow it. */
  kobi.attempt = function (work) {
    try {
      return work();
    } catch (error) {
      console.debug('Kobi events: ' + error);
      return undefined;
    }
  };

  kobi.decoded = function (text) {
    return kobi.attempt(function () {
      return decodeURIComponent(text);
    });
  };

  kobi.isFields = function (value) {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  };

  kobi.saysNothing = function (value) {
    return value === undefined || value === null || /^(undefined|null|\[object object\])?$/i.test(String(value).trim());
  };

  /** The first of some fields that says anything; of a list the first of its values, but for ids of contents. */
  kobi.firstOf = function (fields, names) {
    for (var at = 0; at < names.length; at += 1) {
      var value = fields[names[at]];
      if (Array.isArray(value) && names[at] !== 'content_ids') value = value[0];
      if (!kobi.saysNothing(value)) return value;
    }
    return undefined;
  };

  /** Without the fields that are undefined. */
  kobi.known = function (fields) {
    Object.keys(fields).forEach(function (field) {
      if (fields[field] === undefined) delete fields[field];
    });
    return fields;
  };

  kobi.number = function (value) {
    var read = typeof value === 'number' ? value : kobi.saysNothing(value) ? NaN : Number(String(value).trim());
    return isFinite(read) && read >= 0 ? read : undefined;
  };

  /** A mail address that somebody typed where none belongs, such as a search box. */
  kobi.holdsMail = function (text) {
    return /[^\s@/?&=#:;,<>"]{1,64}(?:@|%40)[^\s@/?&=#:;,<>"]{1,190}\.[a-z]{2,}/i.test(text);
  };

  kobi.hex = function (bytes) {
    return Array.prototype.map
      .call(bytes, function (byte) {
        return (byte + 256).toString(16).slice(1);
      })
      .join('');
  };

  kobi.random = function () {
    return kobi.hex(crypto.getRandomValues(new Uint8Array(16)));
  };
})(KOBI);
