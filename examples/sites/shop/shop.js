// The shop's own script: its dataLayer, what the visitor allows, and a cart in the browser.
window.dataLayer = window.dataLayer || [];
window.gtag = function () {
  window.dataLayer.push(arguments);
};

window.shop = {
  trailPack: { item_id: 'trail-pack-30', item_name: 'Trail Pack', item_brand: 'Peak', item_category: 'Packs', price: 89.9, quantity: 1 },

  /** @param answer granted or denied */
  say: function (answer) {
    window.gtag('consent', 'update', { ad_storage: answer, ad_user_data: answer, ad_personalization: answer, analytics_storage: answer });
  },

  askForConsent: function () {
    var banner = document.createElement('dialog');
    banner.id = 'consent';
    banner.append('May we tell TikTok what you look at and buy here, to measure our ads? ');
    ['granted', 'denied'].forEach(function (answer) {
      var button = document.createElement('button');
      button.textContent = answer === 'granted' ? 'Yes' : 'No';
      button.addEventListener('click', function () {
        localStorage.setItem('consent', answer);
        banner.remove();
        window.shop.say(answer);
      });
      banner.append(button);
    });
    document.body.append(banner);
    banner.show();
  },

  cart: function () {
    return JSON.parse(sessionStorage.getItem('cart') || '[]');
  },
  putInCart: function (item) {
    sessionStorage.setItem('cart', JSON.stringify(window.shop.cart().concat(item)));
  },
  total: function (items) {
    return items.reduce(function (sum, item) {
      return sum + item.price * item.quantity;
    }, 0);
  },

  // A real shop's server makes the number, stores the order and reports the purchase itself with the same number.
  placeOrder: function (email) {
    var order = { number: 'PG-' + Date.now().toString(36).toUpperCase(), email: email, items: window.shop.cart() };
    sessionStorage.setItem('order', JSON.stringify(order));
    sessionStorage.removeItem('cart');
    location.href = 'thanks.html';
  },
  order: function () {
    return JSON.parse(sessionStorage.getItem('order'));
  },
};

// Nothing is allowed before the visitor says so; what was said is remembered.
window.gtag('consent', 'default', { ad_storage: 'denied', ad_user_data: 'denied', ad_personalization: 'denied', analytics_storage: 'denied' });
if (localStorage.getItem('consent')) window.shop.say(localStorage.getItem('consent'));
else document.addEventListener('DOMContentLoaded', window.shop.askForConsent);
