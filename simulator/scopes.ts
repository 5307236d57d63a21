/** First-level scopes and the leaves they imply (facts 2.1). */
const PARENTS: Readonly<Record<string, readonly string[]>> = {
  '1': ['100', '150', '151', '152', '153', '155', '156', '157', '7078191955347259394'],
  '2': ['200', '201', '210', '211', '220', '221'],
  '4': ['44'],
  '5': ['50', '51', '7224195155857866754', '800', '801', '802'],
  '6': ['600', '601', '610', '611', '690', '691', '692', '693'],
  '7': ['700', '701'],
  '8': ['800', '801', '802', '51', '7224195155857866754'],
  '9': ['900', '901', '910', '911', '920', '921', '960', '961', '970', '971'],
};

/** Whether a token with these scopes may call an endpoint that any of `wanted` opens. */
export function scopeAllows(granted: readonly string[], wanted: readonly string[]): boolean {
  if (wanted.length === 0) return true;
  return wanted.some((leaf) => granted.includes(leaf) || granted.some((scope) => PARENTS[scope]?.includes(leaf) === true));
}
