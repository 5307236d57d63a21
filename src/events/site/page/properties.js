/** What the browser's event says: as the gateway's rules (src/domain/events) make it of the same parameters. */
(function (kobi) {
  var ITEM_FIELDS = {
    content_id: ['item_id', 'content_id', 'id'],
    content_name: ['item_name', 'content_name', 'name'],
    content_category: ['item_category', 'content_category'],
    brand: ['item_brand', 'brand'],
    price: ['price'],
    quantity: ['quantity'],
  };

  var MAX_TEXT = 500;

  /** Text as it may be sent: not too long, and without a mail address. */
  function text(value) {
    var said = value === undefined ? undefined : String(value).trim();
    return said === undefined || said.length > MAX_TEXT || kobi.holdsMail(said) ? undefined : said;
  }

  function contentOf(item) {
    var content = {};
    Object.keys(ITEM_FIELDS).forEach(function (field) {
      var value = kobi.firstOf(item, ITEM_FIELDS[field]);
      if (field === 'quantity') content.quantity = value === undefined ? 1 : kobi.number(value);
      else if (field === 'price') content.price = kobi.number(value);
      else content[field] = text(value);
    });
    return kobi.known(content);
  }

  /** To the decimals of the currency, half of the last one up. */
  function rounded(amount, currency) {
    var decimals = kobi.settings.decimals[currency];
    if (decimals === undefined) decimals = 2;
    var moved = Math.round(Number(amount + 'e' + decimals));
    return isFinite(moved) ? Number(moved + 'e-' + decimals) : amount;
  }

  function sumOf(contents, currency) {
    return contents.reduce(function (sum, content) {
      if (sum === undefined || content.price === undefined || !content.quantity) return undefined;
      var whole = content.quantity % 1 === 0;
      return sum + (whole ? rounded(content.price, currency) * content.quantity : rounded(content.price * content.quantity, currency));
    }, 0);
  }

  function currencyOf(params, items) {
    var written = kobi.firstOf(params, ['currency']);
    if (written === undefined && items.length > 0) {
      var agreed = items.every(function (item) {
        return item.currency === items[0].currency;
      });
      written = agreed ? kobi.firstOf(items[0], ['currency']) : undefined;
    }
    return written === undefined ? undefined : String(written).trim().toUpperCase();
  }

  /** GA4's parameters as TikTok's properties. */
  kobi.propertiesOf = function (params) {
    var list = Array.isArray(params.items) ? params.items : Array.isArray(params.contents) ? params.contents : [];
    var items = list.filter(kobi.isFields);
    var contents = items.map(contentOf);
    var priced = contents.every(function (content) {
      return content.price !== undefined;
    });
    var ids = contents.length > 0 ? [] : [].concat(kobi.firstOf(params, ['content_ids', 'content_id', 'item_id'])).map(idOf).filter(isSaid);
    var value = kobi.number(params.value);
    var currency = currencyOf(params, items);
    if (currency === undefined && (value !== undefined || (contents.length > 0 && priced))) currency = kobi.settings.currency;
    if (value === undefined && contents.length > 0 && currency !== undefined) value = sumOf(contents, currency);
    var contentType = kobi.firstOf(params, ['content_type']);
    var hasIds =
      ids.length > 0 ||
      contents.some(function (content) {
        return content.content_id !== undefined;
      });
    return kobi.known({
      currency: currency,
      value: value === undefined ? undefined : rounded(value, currency),
      contents: contents.length > 0 ? contents : undefined,
      content_ids: ids.length > 0 ? ids : undefined,
      content_type: !hasIds
        ? undefined
        : contentType === 'product' || contentType === 'product_group'
          ? contentType
          : kobi.settings.contentType,
      num_items: kobi.number(params.num_items),
      search_string: text(kobi.firstOf(params, ['search_term', 'search_string', 'query'])),
      order_id: text(kobi.firstOf(params, ['transaction_id', 'order_id'])),
      description: text(kobi.firstOf(params, ['description'])),
      shop_id: text(kobi.firstOf(params, ['shop_id'])),
      limited_data_use: kobi.limited() || undefined,
    });
  };

  function idOf(id) {
    return kobi.saysNothing(id) ? undefined : text(id);
  }

  function isSaid(id) {
    return id !== undefined;
  }
})(KOBI);
