/** Types that a request field can have. `scalar` is a string or a number (the facts' samples disagree), `any` also a list. */
export type ParameterType =
  | 'any'
  | 'string'
  | 'number'
  | 'integer'
  | 'boolean'
  | 'scalar'
  | 'object'
  | 'string[]'
  | 'scalar[]'
  | 'object[]'
  | 'file';

/** One request field as the facts describe it. */
export interface Parameter {
  readonly name: string;
  readonly type: ParameterType;
  readonly required: boolean;
  readonly enum?: readonly string[];
  /** Characters of a string, items of a list, or the largest number. */
  readonly max?: number;
  readonly min?: number;
  /** Known inner fields; without it the inside is not checked. */
  readonly fields?: readonly Parameter[];
  /** Where the facts say so, when it differs from the endpoint's own source. */
  readonly source?: string;
}

/** One endpoint's request side: data, not code. */
export interface EndpointTable {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  /** `none`: no Access-Token header (facts 2.2). */
  readonly auth: 'token' | 'none';
  /** Any of these scope ids opens the endpoint (facts 2.1). Empty: any token. */
  readonly scopes: readonly string[];
  readonly body: 'query' | 'json' | 'multipart-or-json';
  readonly parameters: readonly Parameter[];
  readonly source: string;
  /** True for calls that change TikTok's state. */
  readonly mutation: boolean;
}

type Extra = Omit<Partial<Parameter>, 'name' | 'type' | 'required'>;

/** A required field. */
export function must(name: string, type: ParameterType = 'string', extra: Extra = {}): Parameter {
  return { name, type, required: true, ...extra };
}

/** An optional field, or one that is required only in a situation that the endpoint itself checks. */
export function may(name: string, type: ParameterType = 'string', extra: Extra = {}): Parameter {
  return { name, type, required: false, ...extra };
}

/** `page` and `page_size` with the endpoint's largest page (facts 1.5). */
export function paging(maxPageSize: number): readonly Parameter[] {
  return [
    may('page', 'integer', { min: 1, source: 'facts 1.5' }),
    may('page_size', 'integer', { min: 1, max: maxPageSize, source: 'facts 1.5' }),
  ];
}

/** A GET endpoint: everything in the query string. */
export function get(path: string, source: string, scopes: readonly string[], parameters: readonly Parameter[]): EndpointTable {
  return { method: 'GET', path, auth: 'token', scopes, body: 'query', parameters, source, mutation: false };
}

/** A POST endpoint with a JSON body. */
export function post(path: string, source: string, scopes: readonly string[], parameters: readonly Parameter[]): EndpointTable {
  return { method: 'POST', path, auth: 'token', scopes, body: 'json', parameters, source, mutation: true };
}

/** A POST endpoint that takes files; JSON is accepted too (facts 7.7). */
export function upload(path: string, source: string, scopes: readonly string[], parameters: readonly Parameter[]): EndpointTable {
  return { ...post(path, source, scopes, parameters), body: 'multipart-or-json' };
}
