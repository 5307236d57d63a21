const V4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;
/** Loopback, link-local, unique local, multicast and the unspecified address. */
const LOCAL_V6 = /^(?:::1?$|fe[89ab]|f[cd]|ff)/i;

function isDeviceV4(text: string): boolean {
  const parts = V4.exec(text)?.slice(1).map(Number);
  if (!parts || parts.some((part) => part > 255)) return false;
  const [a = 0, b = 0] = parts;
  if (a === 0 || a === 10 || a === 127 || a >= 224) return false;
  return !((a === 100 && b >= 64 && b < 128) || (a === 169 && b === 254) || (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168));
}

function isV6(text: string): boolean {
  return text.includes(':') && URL.canParse(`http://[${text}]/`);
}

/** Whether an address can be a device's on the public internet (ga4-events facts, section 4); those of our own network would join all persons. */
export function isDeviceAddress(text: string): boolean {
  if (!text.includes(':')) return isDeviceV4(text);
  const mapped = /^::ffff:([\d.]+)$/i.exec(text)?.[1];
  return mapped === undefined ? isV6(text) && !LOCAL_V6.test(text) : isDeviceV4(mapped);
}
