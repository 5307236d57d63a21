export { findChromium, launchChromium } from '../../scripts/stack/chromium.js';
