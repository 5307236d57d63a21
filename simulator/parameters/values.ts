import { badParameter } from '../envelope.js';
import { isRecord } from '../json.js';

/** Typed reading of a request that its table has already checked. Absent values are `undefined`. */
export class RequestValues {
  constructor(
    readonly raw: Record<string, unknown>,
    private readonly prefix = '',
  ) {}

  has(name: string): boolean {
    const value = this.raw[name];
    return value !== undefined && value !== null && value !== '';
  }

  /** @throws ApiRefusal 40002 when the field is absent. */
  text(name: string): string {
    const value = this.maybeText(name);
    if (value === undefined) throw badParameter(`Missing required field(s): ${this.prefix}${name}.`);
    return value;
  }

  maybeText(name: string): string | undefined {
    const value = this.raw[name];
    if (typeof value === 'string') return value === '' ? undefined : value;
    return typeof value === 'number' ? String(value) : undefined;
  }

  maybeNumber(name: string): number | undefined {
    const value = this.raw[name];
    return typeof value === 'number' ? value : undefined;
  }

  maybeFlag(name: string): boolean | undefined {
    const value = this.raw[name];
    return typeof value === 'boolean' ? value : undefined;
  }

  /** An absent list is empty. */
  texts(name: string): readonly string[] {
    const value = this.raw[name];
    return Array.isArray(value) ? value.map(String) : [];
  }

  /** An absent object is empty. */
  inner(name: string): RequestValues {
    const value = this.raw[name];
    return new RequestValues(isRecord(value) ? value : {}, `${this.prefix}${name}.`);
  }

  /** An absent list is empty. */
  items(name: string): readonly RequestValues[] {
    const value = this.raw[name];
    if (!Array.isArray(value)) return [];
    return value.filter(isRecord).map((item, index) => new RequestValues(item, `${this.prefix}${name}[${index}].`));
  }
}
