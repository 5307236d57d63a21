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

  function contentOf(item) {
    var content = {};
    Object.keys(ITEM_FIELDS).forEach(function (field) {
      var value = kobi.firstOf(item, ITEM_FIELDS[field]);
      if (field === 'quantity') content.quantity = value === undefined ? 1 : kobi.number(value);
      else if (field === 'price') content.price = kobi.number(value);
      else if (value !== undefined) content[field] = String(value);
    });
    return kobi.known(content);
  }

  function sumOf(contents) {
    return contents.reduce(function (sum, content) {
      return sum === undefined || content.price === undefined || !content.quantity ? undefined : sum + content.price * content.quantity;
    }, 0);
  }

  /** GA4's parameters as TikTok's properties. */
  kobi.propertiesOf = function (params) {
    var items = Array.isArray(params.items) ? params.items : Array.isArray(params.contents) ? params.contents : [];
    var contents = items.filter(kobi.isFields).map(contentOf);
    var ids = kobi.firstOf(params, ['content_ids', 'content_id']);
    var value = kobi.number(params.value);
    if (value === undefined && contents.length > 0) value = sumOf(contents);
    var ownCurrency = kobi.firstOf(params, ['currency']) || (items[0] && items[0].currency);
    var said = kobi.known({
      currency: ownCurrency || (value === undefined ? undefined : kobi.settings.currency),
      value: value === undefined ? undefined : Math.round(value * 100) / 100,
      contents: contents.length > 0 ? contents : undefined,
      content_ids: contents.length > 0 || ids === undefined ? undefined : [].concat(ids).map(String),
      content_type: kobi.firstOf(params, ['content_type']),
      search_string: kobi.firstOf(params, ['search_term', 'search_string']),
      order_id: kobi.firstOf(params, ['transaction_id', 'order_id']),
      description: kobi.firstOf(params, ['description']),
      limited_data_use: kobi.limited() || undefined,
    });
    if (!said.content_type && (said.contents || said.content_ids)) said.content_type = kobi.settings.contentType;
    return said;
  };
})(KOBI);
