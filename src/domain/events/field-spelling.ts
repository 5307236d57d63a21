/** A field's name without what people write differently: capitals, underscores, hyphens and blanks. */
export function spelling(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_-]/g, '');
}
